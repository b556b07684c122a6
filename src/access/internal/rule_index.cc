#include "access/internal/rule_index.h"

#include <algorithm>

namespace bulkhead::access::internal {
namespace {

constexpr size_t kExpansion = 4096;  // resource × name pairs of one rule that are worth an entry each
constexpr uint32_t kAnyName = UINT32_MAX;

uint64_t key_of(uint32_t resource, uint32_t name) { return static_cast<uint64_t>(resource) << 32 | name; }

bool has_star(const std::vector<std::string>& words) { return std::ranges::find(words, "*") != words.end(); }

}  // namespace

uint32_t WordTable::add(std::string_view word) {
  auto found = ids_.find(word);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<uint32_t>(ids_.size() + 1);
  ids_.emplace(std::string(word), id);
  return id;
}

uint32_t WordTable::find(std::string_view word) const {
  auto found = ids_.find(word);
  return found == ids_.end() ? kNone : found->second;
}

RuleIndex::RuleIndex() { any_resource_ = resources_.add("*"); }

RuleIndex::Span RuleIndex::add_numbers(WordTable& table, const std::vector<std::string>& words) {
  const auto begin = static_cast<uint32_t>(numbers_.size());
  for (const std::string& word : words) numbers_.push_back(table.add(word));
  std::sort(numbers_.begin() + begin, numbers_.end());
  return {begin, static_cast<uint32_t>(numbers_.size())};
}

uint32_t RuleIndex::add_role(const std::vector<const model::PolicyRule*>& rules) {
  Role role;
  role.rules = rules.size();
  role.entries.begin = static_cast<uint32_t>(entries_.size());
  role.wide.begin = static_cast<uint32_t>(wide_.size());
  role.urls.begin = static_cast<uint32_t>(urls_.size());
  for (const model::PolicyRule* source : rules) {
    const auto number = static_cast<uint32_t>(rules_.size());
    Rule rule;
    rule.any_verb = has_star(source->verbs);
    rule.any_group = has_star(source->api_groups);
    rule.verbs = add_numbers(verbs_, source->verbs);
    rule.groups = add_numbers(groups_, source->api_groups);
    rules_.push_back(rule);
    for (const std::string& url : source->non_resource_urls) {
      const size_t last = url.find_last_not_of('*');
      const bool prefix = url.ends_with('*');
      urls_.push_back({prefix ? url.substr(0, last == std::string::npos ? 0 : last + 1) : url, prefix, number});
    }
    if (source->resources.empty()) continue;
    const bool any_name = source->resource_names.empty();
    if (source->resources.size() * std::max<size_t>(1, source->resource_names.size()) > kExpansion) {
      const Span resources = add_numbers(resources_, source->resources);
      wide_.push_back({number, resources, add_numbers(names_, source->resource_names), any_name});
      continue;
    }
    for (const std::string& resource : source->resources) {
      const uint32_t resource_number = resources_.add(resource);
      if (any_name) entries_.push_back({key_of(resource_number, kAnyName), number});
      for (const std::string& name : source->resource_names) entries_.push_back({key_of(resource_number, names_.add(name)), number});
    }
  }
  role.entries.end = static_cast<uint32_t>(entries_.size());
  role.wide.end = static_cast<uint32_t>(wide_.size());
  role.urls.end = static_cast<uint32_t>(urls_.size());
  std::sort(entries_.begin() + role.entries.begin, entries_.end());
  roles_.push_back(role);
  return static_cast<uint32_t>(roles_.size() - 1);
}

RuleQuery RuleIndex::query(std::string_view verb, std::string_view group, std::string_view resource, std::string_view subresource,
                           std::string_view name) const {
  RuleQuery query;
  query.verb = verbs_.find(verb);
  query.group = groups_.find(group);
  query.name = names_.find(name);
  if (subresource.empty()) {
    query.resource = resources_.find(resource);
    return query;
  }
  // Joined in a buffer on the stack: this is the hot path of a batch.
  char buffer[256];
  if (resource.size() + 1 + subresource.size() <= sizeof buffer) {
    char* end = std::copy(resource.begin(), resource.end(), buffer);
    *end++ = '/';
    end = std::copy(subresource.begin(), subresource.end(), end);
    query.resource = resources_.find({buffer, static_cast<size_t>(end - buffer)});
    buffer[0] = '*';
    buffer[1] = '/';
    end = std::copy(subresource.begin(), subresource.end(), buffer + 2);
    query.any_resource_sub = resources_.find({buffer, static_cast<size_t>(end - buffer)});
  } else {
    query.resource = resources_.find(std::string(resource) + "/" + std::string(subresource));
    query.any_resource_sub = resources_.find("*/" + std::string(subresource));
  }
  return query;
}

RuleQuery RuleIndex::path_query(std::string_view verb, std::string_view path) const {
  RuleQuery query;
  query.verb = verbs_.find(verb);
  query.path = path;
  query.is_path = true;
  return query;
}

bool RuleIndex::contains(Span span, uint32_t number) const {
  return number != WordTable::kNone && std::binary_search(numbers_.begin() + span.begin, numbers_.begin() + span.end, number);
}

bool RuleIndex::rule_fits(const Rule& rule, const RuleQuery& query) const {
  if (!rule.any_verb && !contains(rule.verbs, query.verb)) return false;
  return query.is_path || rule.any_group || contains(rule.groups, query.group);
}

bool RuleIndex::find(const Role& role, uint32_t resource, uint32_t name, const RuleQuery& query) const {
  const uint64_t key = key_of(resource, name);
  const auto end = entries_.begin() + role.entries.end;
  for (auto entry = std::lower_bound(entries_.begin() + role.entries.begin, end, Entry{key, 0}); entry != end && entry->key == key;
       ++entry) {
    if (rule_fits(rules_[entry->rule], query)) return true;
  }
  return false;
}

bool RuleIndex::allows(uint32_t role_number, const RuleQuery& query) const {
  const Role& role = roles_[role_number];
  if (query.is_path) {
    for (uint32_t i = role.urls.begin; i < role.urls.end; ++i) {
      const Url& url = urls_[i];
      const bool match = url.prefix ? query.path.starts_with(url.text) : query.path == url.text;
      if (match && rule_fits(rules_[url.rule], query)) return true;
    }
    return false;
  }
  if (role.entries.begin != role.entries.end) {
    for (const uint32_t resource : {query.resource, any_resource_, query.any_resource_sub}) {
      if (resource == WordTable::kNone) continue;
      if (find(role, resource, kAnyName, query)) return true;
      if (query.name != WordTable::kNone && find(role, resource, query.name, query)) return true;
    }
  }
  for (uint32_t i = role.wide.begin; i < role.wide.end; ++i) {
    const Wide& wide = wide_[i];
    if (!wide.any_name && !contains(wide.names, query.name)) continue;
    if (!contains(wide.resources, query.resource) && !contains(wide.resources, any_resource_) &&
        !contains(wide.resources, query.any_resource_sub)) {
      continue;
    }
    if (rule_fits(rules_[wide.rule], query)) return true;
  }
  return false;
}

}  // namespace bulkhead::access::internal
