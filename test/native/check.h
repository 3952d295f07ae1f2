#ifndef OX_PROFILE_TEST_CHECK_H_
#define OX_PROFILE_TEST_CHECK_H_

// What the tests of native parts are written with:
//
//   TEST(StacksAreMerged) { CHECK(tree.size() == 3); }
//
// A TEST registers itself, and main.cc runs all. A CHECK that fails prints
// where, what was expected and both values, and its test goes on. Of `a && b`
// nobody would know which was false: these are two checks.

#include <chrono>
#include <concepts>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ox_profile::test {

struct Test {
  const char* file;
  const char* name;
  void (*run)();
};

// Those of the whole program, in no certain order of files.
[[nodiscard]] std::vector<Test>& Tests();

struct Registered {
  explicit Registered(const Test& test) { Tests().push_back(test); }
};

// What a check found. Said only when it is false.
struct Outcome {
  bool ok;
  std::string found;
};

// Counts a check, and prints it when it failed. Any thread.
void Check(const Outcome& outcome, const char* expected, const char* file,
           int line);

template <typename T>
[[nodiscard]] std::string Describe(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
    return "nothing";
  } else if constexpr (requires { value.has_value(); }) {
    return value ? Describe(*value) : Describe(std::nullopt);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    std::string text;
    for (const char c : std::string_view(value)) {
      text += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return '"' + text + '"';
  } else if constexpr (requires { value.begin(); }) {
    std::string list;
    for (const auto& each : value) list += ' ' + Describe(each);
    return '[' + list + " ]";
  } else if constexpr (requires { typename T::period; }) {
    const std::chrono::nanoseconds nanos = value;
    return std::to_string(nanos.count()) + " ns";
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", static_cast<double>(value));
    return text;
  } else {
    return std::to_string(value);
  }
}

template <typename T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

// The left side of what a CHECK says, which so gets to know the right one.
template <typename L>
class LeftSide {
 public:
  explicit LeftSide(const L& left) : left_(left) {}

  // The whole of it, where nothing is compared.
  operator Outcome() const {  // NOLINT(google-explicit-constructor)
    return {static_cast<bool>(left_), "false"};
  }

// Integers are compared by value, whether they have a sign or not.
#define OX_PROFILE_COMPARE(op, integers_compare)                \
  template <typename R>                                         \
  Outcome operator op(const R& right) const {                   \
    if constexpr (Integer<L> && Integer<R>) {                   \
      return Judge(std::integers_compare(left_, right), right); \
    } else {                                                    \
      return Judge(left_ op right, right);                      \
    }                                                           \
  }
  OX_PROFILE_COMPARE(==, cmp_equal)
  OX_PROFILE_COMPARE(!=, cmp_not_equal)
  OX_PROFILE_COMPARE(<, cmp_less)
  OX_PROFILE_COMPARE(<=, cmp_less_equal)
  OX_PROFILE_COMPARE(>, cmp_greater)
  OX_PROFILE_COMPARE(>=, cmp_greater_equal)
#undef OX_PROFILE_COMPARE

 private:
  template <typename R>
  Outcome Judge(bool ok, const R& right) const {
    if (ok) return {true, {}};
    return {false, Describe(left_) + " against " + Describe(right)};
  }

  const L& left_;
};

// `Sides() << a == b` is `(Sides() << a) == b`.
struct Sides {
  template <typename L>
  LeftSide<L> operator<<(const L& left) const {
    return LeftSide<L>(left);
  }
};

}  // namespace ox_profile::test

#define CHECK(...)                                                      \
  ::ox_profile::test::Check(::ox_profile::test::Sides() << __VA_ARGS__, \
                            #__VA_ARGS__, __FILE__, __LINE__)

#define TEST(name)                                        \
  void name();                                            \
  const ::ox_profile::test::Registered registered_##name( \
      {__FILE__, #name, &name});                          \
  void name()

#endif  // OX_PROFILE_TEST_CHECK_H_
