// The rules of all roles, turned into numbers so that one request is answered by a few binary searches.
//
// Idea: every verb, API group, resource and resource name that some rule names gets a number; a request's words are looked
// up once, and a word that no rule names can only be matched by "*". A role keeps its rules sorted by (resource, name), so
// only rules that can match are looked at, however many the role has. Matching follows the API server's
// pkg/apis/rbac/v1/evaluation_helpers.go: "*" for verbs, groups and resources; "*/scale" for a subresource of every
// resource; "pods/*" is no wildcard; a rule with resourceNames matches only a request that carries one of them.
//
// Threads: const calls are safe from many threads. Limits: a rule of more than kExpansion resource × name pairs is kept
// unexpanded and scanned. Errors: none; a malformed rule matches nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/cluster.h"

namespace bulkhead::access::internal {

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// Words to numbers; 0 is "no such word".
class WordTable {
 public:
  static constexpr uint32_t kNone = 0;
  uint32_t add(std::string_view word);
  uint32_t find(std::string_view word) const;

 private:
  std::unordered_map<std::string, uint32_t, StringHash, std::equal_to<>> ids_;
};

// A request in the numbers of one RuleIndex.
struct RuleQuery {
  uint32_t verb = 0, group = 0;
  uint32_t resource = 0;          // "pods" or "pods/exec"
  uint32_t any_resource_sub = 0;  // "*/exec"; 0 without a subresource
  uint32_t name = 0;
  std::string_view path;  // non-resource URL; then only `verb` and `path` count
  bool is_path = false;
};

class RuleIndex {
 public:
  static constexpr size_t kNoRule = SIZE_MAX;

  RuleIndex();
  // Returns the number of the role.
  uint32_t add_role(const std::vector<const model::PolicyRule*>& rules);
  RuleQuery query(std::string_view verb, std::string_view group, std::string_view resource, std::string_view subresource,
                  std::string_view name) const;
  RuleQuery path_query(std::string_view verb, std::string_view path) const;
  bool allows(uint32_t role, const RuleQuery& query) const;
  bool empty(uint32_t role) const { return roles_[role].rules == 0; }

 private:
  struct Span {
    uint32_t begin = 0, end = 0;
  };
  struct Rule {
    Span verbs, groups;  // sorted numbers in numbers_
    bool any_verb = false, any_group = false;
  };
  struct Entry {
    uint64_t key = 0;  // resource number << 32 | name number, kAnyName where the rule names none
    uint32_t rule = 0;
    bool operator<(const Entry& other) const { return key != other.key ? key < other.key : rule < other.rule; }
  };
  struct Wide {  // a rule too large to expand
    uint32_t rule = 0;
    Span resources, names;
    bool any_name = false;
  };
  struct Url {
    std::string text;  // without the trailing stars when `prefix`
    bool prefix = false;
    uint32_t rule = 0;
  };
  struct Role {
    Span entries, wide, urls;
    size_t rules = 0;
  };

  Span add_numbers(WordTable& table, const std::vector<std::string>& words);
  bool contains(Span span, uint32_t number) const;
  bool rule_fits(const Rule& rule, const RuleQuery& query) const;
  bool find(const Role& role, uint32_t resource, uint32_t name, const RuleQuery& query) const;

  WordTable verbs_, groups_, resources_, names_;
  uint32_t any_resource_ = 0;
  std::vector<uint32_t> numbers_;
  std::vector<Rule> rules_;
  std::vector<Entry> entries_;
  std::vector<Wide> wide_;
  std::vector<Url> urls_;
  std::vector<Role> roles_;
};

}  // namespace bulkhead::access::internal
