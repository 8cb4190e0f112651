"""Every GraphQL document that the client sends."""

_user_errors = "userErrors { code message path index name nearest hint }"
_definition_errors = "userErrors { code message file line column name nearest hint }"
_plan = """plan {
    hash registryVersion created updated deleted
    changes { action kind name makesNewVersion fields { path before after } }
}"""
_training_set = """
    id name state progress rowCount byteCount url contentHash
    failure { code message name nearest hint }
    leakage { column share reason labelColumn correlation }
    splits { name rowCount byteCount url }
"""
_run = "id state progress rowsRead rowsWritten failure { code message name nearest hint }"
_alert = "id kind state severity message value threshold startedAt updatedAt acknowledgedBy"

CREATE_TRAINING_SET = f"""
mutation Create($input: CreateTrainingSetInput!) {{
    createTrainingSet(input: $input) {{ trainingSet {{ {_training_set} }} {_user_errors} }}
}}
"""
TRAINING_SET = f"query TrainingSet($id: ID!) {{ trainingSet(id: $id) {{ {_training_set} }} }}"
PROVENANCE = """
query Provenance($id: ID!) {
    trainingSet(id: $id) {
        provenance {
            registryVersion featureService labelHash sampledRows splits
            labelSource { name kind fingerprint }
            logPositions { log position }
            views { name version hash engine source { name kind fingerprint } }
            scans { views engine strategy reason sql }
            columns { name role type isArray nullCount hash min max mean distinctCount topValues { value count } }
        }
    }
}
"""
REPRODUCE = f"""
mutation Reproduce($id: ID!) {{ reproduceTrainingSet(id: $id) {{ trainingSet {{ id }} {_user_errors} }} }}
"""
REPRODUCTION = """
query Reproduction($id: ID!) {
    trainingSet(id: $id) { reproduction { identical differences { column rowCount reason } } }
}
"""
TRAINING_SET_PROGRESS = f"""
subscription Progress($id: ID!) {{ trainingSetProgress(id: $id) {{ {_training_set} }} }}
"""
CREATE_UPLOAD = f"""
mutation Upload($input: CreateUploadInput!) {{ createUpload(input: $input) {{ id url {_user_errors} }} }}
"""
CANCEL_RUN = f"mutation Cancel($id: ID!) {{ cancelRun(id: $id) {{ cancelled {_user_errors} }} }}"

MATERIALIZE = f"""
mutation Materialize($input: MaterializeInput!) {{ materialize(input: $input) {{ run {{ {_run} }} {_user_errors} }} }}
"""
MATERIALIZATION_PROGRESS = f"""
subscription Progress($id: ID!) {{ materializationProgress(id: $id) {{ {_run} }} }}
"""

PLAN = f"query Plan($input: DefinitionsInput!) {{ plan(input: $input) {{ {_plan} {_definition_errors} }} }}"
APPLY = f"""
mutation Apply($input: DefinitionsInput!) {{ apply(input: $input) {{ {_plan} registryVersion {_definition_errors} }} }}
"""

ALERT_EVENTS = f"""
subscription Alerts($project: String!, $kinds: [AlertKind!], $states: [AlertState!], $after: String) {{
    alertEvents(project: $project, kinds: $kinds, states: $states, after: $after) {{
        cursor from to at alert {{ {_alert} }}
    }}
}}
"""
