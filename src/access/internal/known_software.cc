#include "access/internal/known_software.h"

#include <span>

#include "base/embedded.h"
#include "base/json.h"

namespace bulkhead::access {

std::span<const base::EmbeddedFile> embedded_files();  // cmake/embed.cmake

namespace internal {
namespace {

void read_table(const base::EmbeddedFile& file, KnownSoftware& known) {
  const auto document = base::JsonDocument::parse(file.content, {}, file.name);
  if (!document) {
    known.problem = document.error().text();
    return;
  }
  for (const base::JsonView row : document->root().get("rows").items()) {
    if (file.name == "access/cni.json") {
      CniRow cni{row.get("name").text(), row.get("image").text(), row.get("namespace").text(), row.get("argument").text(),
                 row.get("argument_not").text()};
      const auto verdict = [](std::string_view word) {
        return word == "yes" ? model::Tri::yes : word == "unknown" ? model::Tri::unknown : model::Tri::no;
      };
      cni.enforces[0] = verdict(row.get("enforces").text());
      for (const auto& [at, key] : {std::pair{1, "admin"}, std::pair{2, "calico"}, std::pair{3, "cilium"}}) {
        cni.enforces[static_cast<size_t>(at)] = verdict(row.path("also", key).text());
      }
      if (cni.image.empty()) known.problem = "cni.json: a row without image";
      known.cnis.push_back(std::move(cni));
    } else if (file.name == "access/ingress_controllers.json") {
      IngressControllerRow controller;
      controller.name = row.get("name").text();
      controller.controllers = row.get("controllers").texts();
      controller.classes = row.get("classes").texts();
      controller.images = row.get("images").texts();
      controller.outside = row.get("outside").flag();
      for (const base::JsonView labels : row.get("labels").items()) {
        model::Labels set;
        labels.each([&](std::string_view key, base::JsonView value) { set[std::string(key)] = value.text(); });
        controller.labels.push_back(std::move(set));
      }
      if (controller.controllers.empty()) known.problem = "ingress_controllers.json: a row without controllers";
      known.ingress_controllers.push_back(std::move(controller));
    } else if (file.name == "access/load_balancers.json") {
      known.internal_load_balancers.emplace_back(row.get("annotation").text(), row.get("value").text());
    }
  }
}

}  // namespace

const KnownSoftware& known_software() {
  static const KnownSoftware kKnown = [] {
    KnownSoftware known;
    for (const base::EmbeddedFile& file : embedded_files()) read_table(file, known);
    return known;
  }();
  return kKnown;
}

bool image_is(std::string_view image, std::string_view repository_suffix) {
  image = image.substr(0, image.find('@'));
  const size_t colon = image.rfind(':'), slash = image.rfind('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) image = image.substr(0, colon);
  if (!image.ends_with(repository_suffix)) return false;
  const size_t rest = image.size() - repository_suffix.size();
  return rest == 0 || image[rest - 1] == '/';
}

}  // namespace internal
}  // namespace bulkhead::access
