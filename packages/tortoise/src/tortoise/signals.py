"""Signals: functions that are called before and after an instance is saved or deleted."""

from tortoise_core.model.signals import Signals, post_delete, post_save, pre_delete, pre_save

__all__ = ["Signals", "post_delete", "post_save", "pre_delete", "pre_save"]
