"""The Python client of Featuregraph."""

from .async_store import AsyncStore
from .definitions import Change, Plan
from .errors import (
    ConflictError,
    FeaturegraphError,
    ForbiddenError,
    InternalError,
    InvalidRequestError,
    LimitExceededError,
    NotFoundError,
    RunFailedError,
    UnauthenticatedError,
    UnavailableError,
)
from .labels import EveryEntity, Source, Sql
from .online import OnlineFeatures
from .results import AlertEvent, Difference, LeakageFinding, MaterializationRun, PushResult, Reproduction
from .rows import Rows
from .splits import EntitySplits, TimeSplits
from .store import Store
from .training_set import AsyncTrainingSet, TrainingSet

__all__ = [
    "AlertEvent",
    "AsyncStore",
    "AsyncTrainingSet",
    "Change",
    "ConflictError",
    "Difference",
    "EntitySplits",
    "EveryEntity",
    "FeaturegraphError",
    "ForbiddenError",
    "InternalError",
    "InvalidRequestError",
    "LeakageFinding",
    "LimitExceededError",
    "MaterializationRun",
    "NotFoundError",
    "OnlineFeatures",
    "Plan",
    "PushResult",
    "Reproduction",
    "Rows",
    "RunFailedError",
    "Source",
    "Sql",
    "Store",
    "TimeSplits",
    "TrainingSet",
    "UnauthenticatedError",
    "UnavailableError",
]
