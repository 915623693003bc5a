"""What may happen to a consult, used alike by the application and the command line."""

from soep.workflow.desk import Desk

__all__ = ["Desk"]
