"""The embedded PostgreSQL, Valkey and Solr, and the supervisor of all processes.

Only the console script `digitalms` and the two scripts use this package; the plugin imports nothing from it.
CKAN is imported in few modules only (`first_run`, `permissions`, `wsgi`), since it costs seconds.
"""
