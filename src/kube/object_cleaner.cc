#include "kube/object_cleaner.h"

#include <algorithm>
#include <array>

#include "kube/kept_config.h"

namespace bulkhead::kube {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr std::string_view kRedacted = "redacted";

// Annotations whose value decides something (docs/snapshot-format.md).
bool kept_annotation(std::string_view key) {
  static constexpr std::array<std::string_view, 8> kKept = {"kubernetes.io/ingress.class",
                                                            "ingressclass.kubernetes.io/is-default-class",
                                                            "kubernetes.io/config.mirror",
                                                            "kubernetes.io/config.source",
                                                            "kubernetes.io/service-account.name",
                                                            "seccomp.security.alpha.kubernetes.io/pod",
                                                            "rbac.authorization.kubernetes.io/autoupdate",
                                                            "kubernetes.io/enforce-mountable-secrets"};
  return std::find(kKept.begin(), kKept.end(), key) != kKept.end() || key.starts_with("container.apparmor.security.beta.kubernetes.io/") ||
         key.starts_with("container.seccomp.security.alpha.kubernetes.io/") || key.starts_with("pod-security.kubernetes.io/");
}

class Cleaner {
 public:
  Cleaner(const Resource& resource, bool redact)
      : redact_(redact),
        config_map_(std::string_view(resource.kind) == "ConfigMap"),
        no_contents_(std::string_view(resource.kind) == "Secret" || config_map_),
        storage_class_(std::string_view(resource.kind) == "StorageClass") {}

  void top(const Resource& resource, JsonView object, bool whole) {
    writer_.begin_object();
    writer_.member("apiVersion",
                   *resource.group == '\0' ? std::string(resource.version) : std::string(resource.group) + "/" + resource.version);
    writer_.member("kind", resource.kind);
    object.each([&](std::string_view key, JsonView value) {
      // A StorageClass's parameters are its driver's own, passwords among them.
      if (key == "apiVersion" || key == "kind" || (storage_class_ && key == "parameters")) {
        return;
      }
      if (no_contents_ && (key == "data" || key == "stringData" || key == "binaryData")) {
        return;
      }
      writer_.key(key);
      key == "metadata" ? metadata(value) : plain(value);
    });
    if (config_map_) {
      configuration(object.get("metadata"), object.get("data"), whole);
    }
    writer_.end_object();
  }

  std::string take() { return writer_.take(); }

 private:
  // The few keys that decide something (data/kubernetes/kept_config.yaml), and of them only what the table keeps.
  void configuration(JsonView meta, JsonView data, bool whole) {
    const std::string ns = meta.get("namespace").text(), name = meta.get("name").text();
    if (!wants_config_map(ns, name) || !(whole || data.kind() == JsonKind::object)) {
      return;
    }
    writer_.key("data").begin_object();
    data.each([&](std::string_view key, JsonView value) {
      if (const auto kept = value.string() ? kept_config(ns, name, key, *value.string()) : std::nullopt) {
        writer_.member(key, *kept);
      }
    });
    writer_.end_object();
  }

  void metadata(JsonView meta) {
    if (meta.kind() != JsonKind::object) {
      writer_.raw(meta.dump());
      return;
    }
    writer_.begin_object();
    meta.each([&](std::string_view key, JsonView value) {
      if (key == "managedFields") {
        return;
      }
      writer_.key(key);
      key == "annotations" && value.kind() == JsonKind::object ? annotations(value) : plain(value);
    });
    writer_.end_object();
  }

  void annotations(JsonView all) {
    writer_.begin_object();
    all.each([&](std::string_view key, JsonView value) {
      if (key == "kubectl.kubernetes.io/last-applied-configuration") {
        return;
      }
      writer_.key(key);
      redact_ && !kept_annotation(key) ? (void)writer_.value(kRedacted) : (void)writer_.raw(value.dump());
    });
    writer_.end_object();
  }

  // Without redaction only templates' metadata needs a look inside; everything else is copied as it is.
  void plain(JsonView value) {
    if (value.kind() == JsonKind::array) {
      writer_.begin_array();
      for (const JsonView& item : value.items()) {
        plain(item);
      }
      writer_.end_array();
      return;
    }
    if (value.kind() != JsonKind::object) {
      writer_.raw(value.dump());
      return;
    }
    writer_.begin_object();
    value.each([&](std::string_view key, JsonView member) {
      // Certificates say nothing here, and the URL of a webhook may carry a token.
      if (key == "caBundle" && member.kind() == JsonKind::string) {
        return;
      }
      writer_.key(key);
      if (key == "metadata") {
        metadata(member);
      } else if (key == "clientConfig" && member.get("url").kind() == JsonKind::string) {
        writer_.begin_object().member("url", kRedacted).end_object();
      } else if (redact_ && key == "env" && member.kind() == JsonKind::array) {
        environment(member);
      } else {
        plain(member);
      }
    });
    writer_.end_object();
  }

  void environment(JsonView variables) {
    writer_.begin_array();
    for (const JsonView& variable : variables.items()) {
      if (variable.get("value").kind() != JsonKind::string) {
        writer_.raw(variable.dump());
        continue;
      }
      writer_.begin_object();
      variable.each([&](std::string_view key, JsonView member) {
        writer_.key(key);
        key == "value" ? (void)writer_.value(kRedacted) : (void)writer_.raw(member.dump());
      });
      writer_.end_object();
    }
    writer_.end_array();
  }

  base::JsonWriter writer_;
  bool redact_;
  bool config_map_;
  bool no_contents_;
  bool storage_class_;
};

}  // namespace

std::string clean_object(const Resource& resource, JsonView object, bool redact, bool whole) {
  Cleaner cleaner(resource, redact);
  cleaner.top(resource, object, whole);
  return cleaner.take();
}

}  // namespace bulkhead::kube
