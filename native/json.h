#ifndef OX_PROFILE_JSON_H_
#define OX_PROFILE_JSON_H_

#include <string>
#include <string_view>

namespace ox_profile {

// Writes one object of JSON (RFC 8259) as a line. Texts are UTF-8.
class JsonLine {
 public:
  // To thousandths. NaN and infinity are null.
  void Number(const char* key, double value);
  void Text(const char* key, std::string_view value);
  void Yes(const char* key, bool value);

  // A list of objects: between BeginItem and EndItem keys are the item's.
  void BeginList(const char* key);
  void BeginItem();
  void EndItem();
  void EndList();

  // The line, with its end.
  [[nodiscard]] std::string Finish();

 private:
  void Key(const char* key);
  void Comma();

  std::string text_ = "{";
};

}  // namespace ox_profile

#endif  // OX_PROFILE_JSON_H_
