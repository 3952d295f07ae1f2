#include "json.h"

#include <cmath>

#include "check.h"

namespace ox_profile {
namespace {

TEST(LinesAreJson) {
  JsonLine line;
  line.Number("a", 1.5);
  line.Number("b", -0.0004);
  line.Number("c", -12.3456);
  line.Number("d", 1795263651949.799);
  line.Number("e", std::nan(""));
  line.Text("f", "say \"hi\" \\ \n\x01 é");
  line.Yes("g", true);
  line.BeginList("h");
  for (int i = 0; i < 2; i++) {
    line.BeginItem();
    line.Number("i", i);
    line.EndItem();
  }
  line.EndList();
  line.BeginList("j");
  line.EndList();
  CHECK(line.Finish() ==
        "{\"a\":1.500,\"b\":0,\"c\":-12.346,\"d\":1795263651949.799,"
        "\"e\":null,\"f\":\"say \\\"hi\\\" \\\\ \\u000a\\u0001 é\","
        "\"g\":true,\"h\":[{\"i\":0},{\"i\":1}],\"j\":[]}\n");
}

}  // namespace
}  // namespace ox_profile
