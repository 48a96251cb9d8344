"""Migrations; so far the constraints that Meta.constraints takes."""
