"""The django-tasks backend that writes to the table ``job`` in the caller's transaction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from opora.core import clock
from opora.core.models import Job

_STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


class JobBackend(BaseTaskBackend):
    """Jobs are rows: enqueued with the business act or not at all; run by ``opora work``."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        job = Job.objects.create(
            task=task.module_path,
            queue=task.queue_name,
            priority=task.priority,
            args=normalize_json(list(args)),
            kwargs=normalize_json(dict(kwargs)),
            run_after=task.run_after or clock.now(),
        )
        return _result(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        try:
            job = Job.objects.get(public_id=result_id)
        except (Job.DoesNotExist, ValidationError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return _result(job, import_string(job.task))


def _result(job: Job, task: Task[Any, Any]) -> TaskResult[Any]:
    errors = [TaskError(exception_class_path="builtins.Exception", traceback=job.error)] if job.error else []
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.public_id),
        status=_STATUS[Job.State(job.state)],
        enqueued_at=job.created_at,
        started_at=None,
        last_attempted_at=None,
        finished_at=job.finished_at,
        args=job.args,
        kwargs=job.kwargs,
        backend="default",
        errors=errors,
        worker_ids=[job.leased_by] if job.leased_by else [],
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
