// The plan: which actions, or bundles of actions that only help together, in which order.
//
// Greedy by risk removed per effort, with every choice priced anew after those before it, and with pairs tried beside single
// actions: two ways to the same asset that share a flaw are worth little to close one by one. Where neither an action nor
// a pair removes enough, a larger bundle is cut out of all that is left. Afterwards what later choices made useless goes, and
// an item is swapped where another at no more effort removes more.
//
// Bounds spare most of the work: an action removes no more than the damage of the trials in which one of its steps is walked,
// and a pair no more than the sum of its parts plus the damage of the trials that both touch.
#pragma once

#include <vector>

#include "risk/evaluator.h"
#include "risk/options.h"

namespace bulkhead::risk {

double effort_of(const Priced& priced, const ActionSet& item);

// Items in order of doing. Chosen on the evaluator's trials; price them on others.
// `hint`: what each action removes alone, as far as known; large graphs ask those first. It orders the questions, nothing else.
std::vector<ActionSet> choose_plan(const Evaluator& evaluator, const Options& options, std::vector<double> hint = {});

// The order in which a few given items would be done, by the same rule, `count` at most: indices into `items`.
std::vector<size_t> order_items(const Evaluator& evaluator, const std::vector<ActionSet>& items, size_t count);

}  // namespace bulkhead::risk
