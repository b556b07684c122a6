#include "risk/components.h"

#include <algorithm>

namespace bulkhead::risk {

Components strong_components(const std::vector<uint32_t>& first, const std::vector<uint32_t>& targets) {
  const uint32_t nodes = static_cast<uint32_t>(first.size()) - 1;
  constexpr uint32_t kUnseen = ~uint32_t{0};
  std::vector<uint32_t> number(nodes, kUnseen), low(nodes, 0), next(first.begin(), first.end() - 1), stack, path;
  std::vector<bool> on_stack(nodes, false);
  Components result;
  result.of.assign(nodes, 0);
  result.order.reserve(nodes);
  uint32_t counter = 0;
  for (uint32_t root = 0; root < nodes; ++root) {
    if (number[root] != kUnseen) continue;
    path.push_back(root);
    while (!path.empty()) {
      const uint32_t node = path.back();
      if (number[node] == kUnseen) {
        number[node] = low[node] = counter++;
        stack.push_back(node);
        on_stack[node] = true;
      }
      bool deeper = false;
      while (next[node] < first[node + 1]) {
        const uint32_t to = targets[next[node]];
        if (number[to] == kUnseen) {
          path.push_back(to);
          deeper = true;
          break;
        }
        ++next[node];
        if (on_stack[to]) low[node] = std::min(low[node], low[to]);
      }
      if (deeper) continue;
      path.pop_back();
      if (low[node] == number[node]) {
        for (bool last = false; !last;) {
          const uint32_t member = stack.back();
          stack.pop_back();
          on_stack[member] = false;
          result.of[member] = result.count;
          result.order.push_back(member);
          last = member == node;
        }
        ++result.count;
      }
    }
  }
  // Tarjan finds a component after all that it leads to: turn the numbers round.
  for (uint32_t& component : result.of) component = result.count - 1 - component;
  std::reverse(result.order.begin(), result.order.end());
  return result;
}

}  // namespace bulkhead::risk
