"""Azure's Python packages with every dated API version they carry, against one server. Prints a JSON list of what failed:
`{package, version, problem}`. Environment: ENDPOINT, TOKEN, SUBSCRIPTION."""
import importlib
import json
import os
import pkgutil
import sys
import time
import uuid

from azure.core.credentials import AccessToken

ENDPOINT, TOKEN, SUBSCRIPTION = (os.environ[name] for name in ("ENDPOINT", "TOKEN", "SUBSCRIPTION"))
SCOPE = f"/subscriptions/{SUBSCRIPTION}"


class Credential:
    def get_token(self, *scopes, **options):
        return AccessToken(TOKEN, int(time.time()) + 3600)


def versions(package):
    names = [name for _, name, _ in pkgutil.iter_modules(importlib.import_module(package).__path__)]
    return sorted(name[1:].replace("_", "-") for name in names if name.startswith("v20"))


def resources(client, name):
    group = f"rg-{name}"
    client.resource_groups.create_or_update(group, {"location": "westeurope"})
    assert client.resource_groups.check_existence(group)
    list(client.resource_groups.list()), list(client.resources.list()), list(client.providers.list())
    template = {"$schema": "x", "contentVersion": "1.0.0.0", "resources": [], "outputs": {"a": {"type": "string", "value": "b"}}}
    deployment = {"properties": {"mode": "Incremental", "template": template}}
    start = getattr(client.deployments, "begin_create_or_update")
    assert start(group, "d", deployment).result().properties.provisioning_state == "Succeeded"
    list(client.deployment_operations.list(group, "d"))
    client.deployments.get(group, "d"), client.deployments.check_existence(group, "d")
    client.resource_groups.begin_delete(group).result()
    assert not client.resource_groups.check_existence(group)


def policies(client, name):
    rule = {"if": {"field": "type", "equals": "x"}, "then": {"effect": "audit"}}
    client.policy_definitions.create_or_update(name, {"mode": "All", "policy_rule": rule})
    client.policy_definitions.get(name), list(client.policy_definitions.list())
    definition = f"{SCOPE}/providers/Microsoft.Authorization/policyDefinitions/{name}"
    client.policy_assignments.create(SCOPE, name, {"policy_definition_id": definition})
    client.policy_assignments.get(SCOPE, name), list(client.policy_assignments.list())
    client.policy_assignments.delete(SCOPE, name)
    client.policy_definitions.delete(name)


def subscriptions(client, name):
    list(client.subscriptions.list()), list(client.tenants.list())
    assert client.subscriptions.get(SUBSCRIPTION).display_name == "Local"
    assert len(list(client.subscriptions.list_locations(SUBSCRIPTION))) > 3


def roles(client, name):
    assert any(role.role_name == "Reader" for role in client.role_definitions.list(SCOPE.strip("/")))
    by_subscription = getattr(client.role_assignments, "list_for_subscription", None)
    list(by_subscription() if by_subscription else client.role_assignments.list())


def logic(client, name):
    definition = {"triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {}}}, "actions": {}}
    client.workflows.create_or_update("rg", "py", {"location": "westeurope", "definition": definition})
    client.workflow_triggers.run("rg", "py", "manual")
    assert "/paths/invoke" in client.workflow_triggers.list_callback_url("rg", "py", "manual").value
    assert len(list(client.workflow_runs.list("rg", "py"))) == 1
    client.workflows.disable("rg", "py"), client.workflows.enable("rg", "py"), client.workflows.delete("rg", "py")


def security(client, name):
    for group in ("alerts", "automations", "assessments_metadata", "secure_scores", "secure_score_controls", "locations", "tasks",
                  "secure_score_control_definitions", "regulatory_compliance_standards", "alerts_suppression_rules", "settings"):
        list(getattr(client, group).list())
    list(client.assessments.list(SCOPE)), client.pricings.list()


PACKAGES = (
    ("azure.mgmt.resource", "ResourceManagementClient", "azure.mgmt.resource.resources", resources),
    ("azure.mgmt.resource", "PolicyClient", "azure.mgmt.resource.policy", policies),
    ("azure.mgmt.resource", "SubscriptionClient", "azure.mgmt.resource.subscriptions", subscriptions),
    ("azure.mgmt.authorization", "AuthorizationManagementClient", "azure.mgmt.authorization", roles),
    ("azure.mgmt.logic", "LogicManagementClient", None, logic),
    ("azure.mgmt.security", "SecurityCenter", None, security),
)

failures, tried = [], 0
for module, client_name, folder, work in PACKAGES:
    client_class = getattr(importlib.import_module(module), client_name)
    for version in versions(folder) if folder else [None]:
        words = [Credential()] if client_name == "SubscriptionClient" else [Credential(), SUBSCRIPTION]
        options = {"base_url": ENDPOINT, "credential_scopes": [f"{ENDPOINT}/.default"]}
        if version:
            options["api_version"] = version
        try:
            client = client_class(*words, **options)
            groups = {resources: "deployments", policies: "policy_assignments", roles: "role_assignments"}.get(work)
            # Not every dated version of a package has the groups of operations that are tried.
            if groups is not None:
                other = getattr(client, groups, None)
                if other is None or (work is policies and getattr(client, "policy_definitions", None) is None):
                    continue
                if work is roles and getattr(client, "role_definitions", None) is None:
                    continue
        except (AttributeError, ValueError):
            continue
        tried += 1
        try:
            work(client, f"py-{(version or 'own').replace('-', '')[:40]}")
        except Exception as problem:
            failures.append({"package": client_name, "version": version or "", "problem": f"{type(problem).__name__}: {problem}"[:400]})
json.dump({"tried": tried, "failures": failures}, sys.stdout)
