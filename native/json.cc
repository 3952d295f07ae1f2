#include "json.h"

#include <cmath>
#include <cstdint>

namespace ox_profile {

void JsonLine::Comma() {
  const char last = text_.back();
  if (last != '{' && last != '[') text_ += ',';
}

void JsonLine::Key(const char* key) {
  Comma();
  text_ += '"';
  text_ += key;
  text_ += "\":";
}

void JsonLine::Number(const char* key, double value) {
  Key(key);
  if (!std::isfinite(value)) {
    text_ += "null";
    return;
  }
  // Not printf, which writes what the program's locale says.
  const auto thousandths =
      static_cast<int64_t>(std::llround(std::abs(value) * 1000));
  if (value < 0 && thousandths > 0) text_ += '-';
  text_ += std::to_string(thousandths / 1000);
  if (thousandths % 1000 == 0) return;
  const std::string rest = std::to_string(1000 + thousandths % 1000);
  text_ += '.' + rest.substr(1);
}

void JsonLine::Text(const char* key, std::string_view value) {
  Key(key);
  text_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      text_ += "\\u00";
      text_ += kHex[c >> 4];
      text_ += kHex[c & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

void JsonLine::Yes(const char* key, bool value) {
  Key(key);
  text_ += value ? "true" : "false";
}

void JsonLine::BeginList(const char* key) {
  Key(key);
  text_ += '[';
}

void JsonLine::BeginItem() {
  Comma();
  text_ += '{';
}

void JsonLine::EndItem() { text_ += '}'; }

void JsonLine::EndList() { text_ += ']'; }

std::string JsonLine::Finish() { return text_ + "}\n"; }

}  // namespace ox_profile
