"""The host of /api/v1: mounts the resources that plugins offer and describes them in one OpenAPI document."""
