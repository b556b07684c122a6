#include "main/command_line.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace bulkhead::main {
namespace {

// CLI11 writes into these; values are copied out after parsing.
struct Slot {
  const Option* option = nullptr;
  std::string key;
  bool flag = false;
  std::vector<std::string> values;
  CLI::Option* handle = nullptr;
};

std::string key_of(const std::string& names) {
  std::string key;
  for (const std::string_view part : base::split(names, ',')) {
    if (part.starts_with("--")) {
      return std::string(part.substr(2));
    }
    if (key.empty()) {
      key = std::string(part.starts_with("-") ? part.substr(1) : part);
    }
  }
  return base::lower_ascii(key);
}

struct Bound {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::vector<Option> options;
  std::vector<std::unique_ptr<Slot>> slots;
};

void bind(Bound& bound) {
  bound.options = bound.command->options == nullptr ? std::vector<Option>{} : bound.command->options();
  for (const Option& option : bound.options) {
    auto slot = std::make_unique<Slot>();
    slot->option = &option;
    slot->key = key_of(option.names);
    if (option.kind == Option::Kind::flag) {
      slot->handle = bound.app->add_flag(option.names, slot->flag, option.help);
    } else {
      slot->handle = bound.app->add_option(option.names, slot->values, option.help);
      if (option.kind == Option::Kind::list) {
        slot->handle->expected(option.required ? 1 : 0, 1 << 20);
      } else {
        slot->handle->expected(1);
        if (option.names.starts_with('-')) {
          slot->handle->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        }
        slot->handle->allow_extra_args(false);  // or it would swallow the words behind it
      }
      if (option.kind == Option::Kind::number) {
        slot->handle->check(CLI::Number);
      }
      if (!option.choices.empty()) {
        slot->handle->check(CLI::IsMember(option.choices));
      }
      if (!option.fallback.empty()) {
        slot->handle->description(option.help + " [" + option.fallback + "]");
      }
      slot->handle->required(option.required);
    }
    bound.slots.push_back(std::move(slot));
  }
  if (bound.command->examples != nullptr && *bound.command->examples != '\0') {
    bound.app->footer(std::string("Examples:\n  ") + base::replace_all(bound.command->examples, "\n", "\n  "));
  }
}

Arguments collect(const Bound& bound) {
  Arguments arguments;
  for (const auto& slot : bound.slots) {
    if (slot->option->kind == Option::Kind::flag) {
      if (slot->flag) {
        arguments.values[slot->key] = {"true"};
      }
    } else if (slot->handle->count() > 0) {
      arguments.values[slot->key] = slot->values;
    } else if (!slot->option->fallback.empty()) {
      arguments.values[slot->key] = {slot->option->fallback};
    }
  }
  return arguments;
}

}  // namespace

ParsedLine parse_command_line(int argc, char** argv) {
  CLI::App app{"Bulkhead: what can an attacker do to this cluster now, and which few actions take most of that away?"};
  app.name("bulkhead");
  app.require_subcommand(1);
  app.set_help_all_flag();
  std::vector<std::unique_ptr<Bound>> all;
  std::map<std::string, CLI::App*> groups;
  for (const Command* command : commands()) {
    auto bound = std::make_unique<Bound>();
    bound->command = command;
    // "access can-i" is the sub-command can-i of the group access.
    const auto [first, second] = base::split_once(command->name, ' ');
    CLI::App* parent = &app;
    if (second) {
      // A group may be a command too ("snapshot", "snapshot diff"); it stands before its sub-commands.
      const auto own = std::ranges::find_if(all, [&](const auto& other) { return other->command->name == first; });
      if (own != all.end()) {
        parent = (*own)->app;
      } else {
        CLI::App*& group = groups[std::string(first)];
        if (group == nullptr) {
          group = app.add_subcommand(std::string(first), "");
          group->require_subcommand(1);
        }
        parent = group;
      }
    }
    bound->app = parent->add_subcommand(std::string(second.value_or(first)), command->summary);
    bind(*bound);
    all.push_back(std::move(bound));
  }
  for (const auto& [group_name, group] : groups) {
    std::string names;
    for (const CLI::App* child : group->get_subcommands([](CLI::App*) { return true; })) {
      names += (names.empty() ? "" : ", ") + child->get_name();
    }
    group->description(names);
  }
  // The library's own word for this is "a subcommand is required".
  const auto known = [&](std::string_view word) {
    return std::any_of(commands().begin(), commands().end(),
                       [&](const Command* command) { return base::split_once(command->name, ' ').first == word; });
  };
  if (argc > 1 && argv[1][0] != '-' && !known(argv[1])) {
    std::fprintf(stderr, "error: no command has that name: %s\n  bulkhead --help lists them\n", base::escape_terminal(argv[1]).c_str());
    return {nullptr, {}, 2};
  }
  ParsedLine line;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    line.exit_code = code == 0 ? 0 : 2;
    return line;
  }
  for (const auto& bound : all) {
    if (bound->app->parsed()) {
      line.command = bound->command;
      line.arguments = collect(*bound);
    }
  }
  return line;
}

}  // namespace bulkhead::main
