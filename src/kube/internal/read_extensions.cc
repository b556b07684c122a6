// What extends the API server and the nodes: storage classes, CSI drivers, admission webhooks and policies, custom resources,
// aggregated APIs, kept ConfigMaps. Source: Kubernetes API reference, storage.k8s.io/v1, admissionregistration.k8s.io/v1,
// apiextensions.k8s.io/v1, apiregistration.k8s.io/v1.
#include "kube/internal/object_reader.h"

namespace bulkhead::kube {

model::StorageClass read_storage_class(const Fields& object) {
  model::StorageClass to{read_meta(object), std::nullopt};
  if (object.has("provisioner")) {
    to.provisioner = object.text("provisioner");
  }
  return to;
}

model::CsiDriver read_csi_driver(const Fields& object) {
  model::CsiDriver to{read_meta(object), std::nullopt};
  if (const Fields spec = object.object("spec")) {
    to.token_requests = !spec.list("tokenRequests").empty();
  }
  return to;
}

model::WebhookConfiguration read_webhook_configuration(const Fields& object, bool mutating) {
  model::WebhookConfiguration to{read_meta(object), mutating, std::nullopt};
  if (!object.has("webhooks")) {
    return to;
  }
  to.webhooks.emplace();
  for (const Fields& one : object.list("webhooks")) {
    model::Webhook webhook;
    webhook.name = one.text("name");
    const Fields service = one.object("clientConfig").object("service");
    webhook.service_ns = service.text("namespace");
    webhook.service_name = service.text("name");
    for (const Fields& rule : one.list("rules")) {
      for (const std::string& operation : rule.texts("operations")) {
        for (const std::string& resource : rule.texts("resources")) {
          webhook.targets.push_back(operation + " " + resource);
        }
      }
    }
    to.webhooks->push_back(std::move(webhook));
  }
  return to;
}

model::AdmissionPolicy read_admission_policy(const Fields& object) {
  model::AdmissionPolicy to{read_meta(object), std::nullopt};
  if (const Fields spec = object.object("spec")) {
    to.expressions.emplace();
    for (const char* const list : {"validations", "variables", "matchConditions"}) {
      for (const Fields& one : spec.list(list)) {
        to.expressions->push_back(one.text("expression"));
      }
    }
  }
  return to;
}

model::CustomResource read_custom_resource(const Fields& object) {
  model::CustomResource to{read_meta(object), std::nullopt};
  if (const Fields spec = object.object("spec"); spec && spec.has("scope")) {
    to.scope = spec.text("scope");
  }
  return to;
}

model::ApiService read_api_service(const Fields& object) {
  model::ApiService to{read_meta(object), std::nullopt};
  if (const Fields spec = object.object("spec")) {
    const Fields service = spec.object("service");
    to.service = service ? service.text("namespace") + "/" + service.text("name") : std::string();
  }
  return to;
}

model::ConfigMap read_config_map(const Fields& object) { return {read_meta(object), object.labels("data")}; }

}  // namespace bulkhead::kube
