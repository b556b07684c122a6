// Which findings of a workload can be entered through its port.
//
// Taking control needs a flaw that the network reaches (CVSS AV:N), whose effect is control, in a component that listens or is
// loaded by what listens. What fails on the effect makes no step at all; what is not known (no CVSS vector, a package of which
// nothing says that the listener loads it) is kept as "unknown, weak". Tables: data/entry_capable.yaml.
#include "graph/internal/entry.h"

#include <algorithm>

#include "base/text.h"

namespace bulkhead::graph {

using model::ExploitEvidence;
using model::Finding;
using model::FlawEffect;
using model::Tri;

namespace {

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return base::glob_match(pattern, text); });
}

std::string purl_type(std::string_view purl) {
  if (!purl.starts_with("pkg:")) return {};
  purl.remove_prefix(4);
  return std::string(purl.substr(0, purl.find('/')));
}

std::string purl_name(std::string_view purl) {
  purl = purl.substr(0, purl.find_first_of("?#"));
  purl = purl.substr(0, purl.rfind('@'));
  const size_t slash = purl.rfind('/');
  return std::string(slash == std::string_view::npos ? purl : purl.substr(slash + 1));
}

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// Programs that the container starts, as far as the command says.
std::vector<std::string> programs(const model::Container& c, const model::Inventory* inventory) {
  std::vector<std::string> words;
  const bool config = inventory && inventory->has_config;
  const auto add = [&](const std::vector<std::string>& from) { words.insert(words.end(), from.begin(), from.end()); };
  if (!c.command.empty()) {
    add(c.command);
  } else if (config) {
    add(inventory->config.entrypoint);
  }
  if (!c.args.empty()) {
    add(c.args);
  } else if (c.command.empty() && config) {
    add(inventory->config.command);
  }
  std::vector<std::string> out;
  for (const std::string& word : words) {
    for (std::string_view part : base::split(word, ' ')) {
      if (!part.empty() && !part.starts_with('-')) out.push_back(base_name(part));
    }
  }
  return out;
}

struct Loaded {
  std::vector<const EntryProgram*> by_command;  // the container's command names it
  std::vector<const EntryProgram*> installed;   // a server of the table whose own package is in the image
};

Loaded loaded_programs(const Builder& b, const model::Container& c, const model::Inventory* inventory) {
  Loaded out;
  const std::vector<std::string> started = programs(c, inventory);
  for (const EntryProgram& program : b.knowledge.programs) {
    if (std::ranges::any_of(started, [&](const std::string& name) { return any_glob(program.programs, name); })) {
      out.by_command.push_back(&program);
    } else if (inventory && !program.packages.empty()) {
      const bool has = std::ranges::any_of(inventory->components, [&](const model::Component& one) {
        return one.type != "npm" && base::glob_match(program.packages.front(), one.name);
      });
      if (has) out.installed.push_back(&program);
    }
  }
  return out;
}

const EntryProgram* program_of(const std::vector<const EntryProgram*>& list, const std::string& name, const std::string& source) {
  for (const EntryProgram* program : list) {
    if (any_glob(program->packages, name) || (!source.empty() && any_glob(program->packages, source))) return program;
  }
  return nullptr;
}

std::string works_of(const Finding& f, std::string fallback) {
  if (f.needs_user) return "works.user";
  if (f.needs_login) return "works.login";
  if (f.high_complexity) return "works.complex";
  return fallback;
}

void add_weak(std::map<std::string, WeakFlaws>& weak, const Finding& f, const std::string& image, const std::string& component,
              std::string why) {
  WeakFlaws& one = weak[image + " " + component];
  if (!one.strongest) {
    one.image = image;
    one.component = component;
    one.why = std::move(why);
  }
  if (!one.strongest || exploit_rank(f) > exploit_rank(*one.strongest)) one.strongest = &f;
  if (std::ranges::find(one.flaws, f.id) == one.flaws.end()) one.flaws.push_back(f.id);
}

void container_flaws(const Builder& b, const model::Container& c, EntrySurface& out, std::map<std::string, WeakFlaws>& weak) {
  const ImageFacts* image = b.image(c);
  if (!image || !image->inventory) {
    out.unread.push_back(c.image);
    return;
  }
  if (!image->inventory->complete) out.partial.push_back(c.image);
  const Loaded loaded = loaded_programs(b, c, image->inventory);
  std::set<std::string> taken;
  for (const Finding& f : image->findings) {
    // A flaw of a runtime or kernel is one of the node's own programs, never of an image that imports the module.
    if (f.runs_no_code || b.knowledge.escape(f.id)) continue;
    const bool vector_known = !f.cvss.empty() || f.effect != FlawEffect::unknown;
    if (f.effect != FlawEffect::control && f.effect != FlawEffect::unknown) continue;
    if (vector_known && !f.cvss.empty() && !f.network) continue;  // local, adjacent or physical
    const std::string type = purl_type(f.purl), name = purl_name(f.purl);
    const std::string& source = f.reason.package;
    const bool language = std::ranges::find(b.knowledge.listener_types, type) != b.knowledge.listener_types.end();
    const bool status_unknown = f.status == model::FindingStatus::unknown || f.status == model::FindingStatus::under_investigation;
    EntryFlaw flaw{.finding = &f,
                   .image = image->reference,
                   .component = shared_component(f),
                   .works = {},
                   .why = {},
                   .swept = any_glob(b.knowledge.swept_components, name)};
    if (language) {
      flaw.works = works_of(f, "works.language");
      flaw.why = type + " package in an image that listens";
    } else if (const EntryProgram* program = program_of(loaded.by_command, name, source)) {
      flaw.works = works_of(f, "works.default");
      flaw.why = name + " belongs to the container's command";
      flaw.swept = flaw.swept || program->swept;
    } else if (const EntryProgram* server = program_of(loaded.installed, name, source)) {
      flaw.works = works_of(f, "works.default");
      flaw.why = name + " belongs to a server installed in the image";
      flaw.swept = flaw.swept || server->swept;
    } else {
      add_weak(weak, f, image->reference, "other packages", "nothing says that the listener loads it");
      continue;
    }
    if (f.effect == FlawEffect::unknown || !f.network || status_unknown) {
      add_weak(weak, f, image->reference, flaw.component,
               status_unknown ? "whether the version is affected is not known" : "what the flaw gives an attacker is not known");
      continue;
    }
    if (!taken.insert(f.id + " " + flaw.image + " " + flaw.component).second) continue;  // another binary package of the same source
    out.flaws.push_back(std::move(flaw));
  }
}

}  // namespace

double exploit_rank(const Finding& f) {
  double rank = static_cast<double>(f.exploit) * 10;
  if (f.kev && f.exploit < ExploitEvidence::kev) rank = static_cast<double>(ExploitEvidence::kev) * 10;
  return rank + std::max(0.0, f.epss) + std::max(0.0, f.cvss_score) / 1000;
}

std::string shared_component(const Finding& f) {
  const std::string type = purl_type(f.purl);
  const bool distribution = type == "deb" || type == "rpm" || type == "apk";
  if (!distribution || f.reason.package.empty()) return purl_without_qualifiers(f.purl);
  return "pkg:" + type + "/" + f.reason.package + "@" + f.reason.version;
}

std::string purl_without_qualifiers(std::string_view purl) { return std::string(purl.substr(0, purl.find_first_of("?#"))); }

EntrySurface entry_surface(const Builder& b, const Template& t) {
  EntrySurface out;
  const model::Pod& pod = b.pod(t.pod);
  const auto ports = b.network.listening_ports(t.pod);
  if (!ports.empty()) {
    out.listens = Tri::yes;
    out.listens_because = "listens on " + ports.front().second + " " + std::to_string(ports.front().first);
  }
  for (const model::Container& c : pod.spec.containers) {
    if (out.listens == Tri::yes) break;
    const ImageFacts* image = b.image(c);
    if (image && image->inventory && image->inventory->has_config && !image->inventory->config.exposed_ports.empty()) {
      out.listens = Tri::yes;
      out.listens_because = "its image exposes " + image->inventory->config.exposed_ports.front();
    }
  }
  if (out.listens == Tri::no && !b.was_read("", "services")) {
    out.listens = Tri::unknown;
    out.listens_because = "services not read: which ports it answers on is not known";
  }
  if (out.listens == Tri::no) return out;
  std::map<std::string, WeakFlaws> weak;
  for (const model::Container& c : pod.spec.containers) {
    if (c.kind == model::Container::Kind::regular || c.kind == model::Container::Kind::ephemeral) container_flaws(b, c, out, weak);
  }
  for (auto& [key, one] : weak) out.weak.push_back(std::move(one));
  for (std::vector<std::string>* images : {&out.unread, &out.partial}) {
    std::ranges::sort(*images);
    images->erase(std::unique(images->begin(), images->end()), images->end());
  }
  return out;
}

model::Variable exploit_variable(const Finding& f, base::Moment as_of) {
  model::Variable v{.id = "exploit:" + f.id, .kind = model::VariableKind::exploit, .group = "component:" + shared_component(f)};
  v.epss = f.epss;
  v.cvss = f.cvss_score;
  if (auto published = base::parse_moment(f.published))
    v.age_days = std::max(0.0, static_cast<double>(as_of - *published) / static_cast<double>(base::kDay));
  if (f.exploit == ExploitEvidence::kev_ransomware) {
    v.coefficient = "exploit.ransomware";
    v.reason = f.id + " is used by ransomware (KEV)";
  } else if (f.exploit == ExploitEvidence::kev || f.kev) {
    v.coefficient = "exploit.kev";
    v.reason = f.id + " is in KEV";
  } else if (f.exploit == ExploitEvidence::weaponised) {
    v.coefficient = "exploit.weaponised";
    v.reason = f.id + " has a ready exploit (" + base::join(f.exploit_sources, ", ") + ")";
  } else if (f.exploit == ExploitEvidence::proof_of_concept) {
    v.coefficient = "exploit.proof_of_concept";
    v.reason = f.id + " has a public proof of concept";
  } else if (f.epss >= 0) {
    v.coefficient = "exploit.epss";
    v.reason = f.id + " has EPSS " + std::to_string(f.epss);
  } else {
    v.coefficient = "exploit.prior";
    v.reason = f.id + " has no score and no known exploit";
  }
  return v;
}

}  // namespace bulkhead::graph
