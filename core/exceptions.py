"""Every error that a caller can act on, named after what the caller can do.

AppError                            500 INTERNAL_ERROR
├── InvalidInputError (ValueError)  422 VALIDATION_ERROR
│   ├── ProofRefusedError           400 PROOF_REFUSED
│   ├── KeyInvalidError             422 IDEMPOTENCY_KEY_INVALID
│   └── KeyReusedError              422 IDEMPOTENCY_KEY_REUSED
├── AuthenticationError             401 AUTH_REQUIRED
│   └── InvalidCredentialsError     401 INVALID_CREDENTIALS
├── PermissionDeniedError           403 FORBIDDEN
│   └── EmailNotConfirmedError      403 EMAIL_NOT_CONFIRMED
├── NotFoundError                   404 RESOURCE_NOT_FOUND
├── ConflictError                   409 CONFLICT
│   ├── EmailTakenError             409 EMAIL_TAKEN
│   ├── UsernameTakenError          409 USERNAME_TAKEN
│   ├── GenerationFinishedError     409 GENERATION_FINISHED
│   └── KeyInUseError               409 IDEMPOTENCY_IN_PROGRESS
├── GenerationCancelledError        409 GENERATION_CANCELLED
├── RateLimitExceededError          429 RATE_LIMIT_EXCEEDED   the free generations are used up
│   └── TooManyRequestsError        429 TOO_MANY_REQUESTS     slow down
├── UpstreamError                   502 UPSTREAM_ERROR
│   └── ProviderRejectedError       502 PROVIDER_REJECTED     do not try another
├── GenerationFailedError           500 GENERATION_FAILED     the unit was given back
└── UnavailableError                503 SERVICE_UNAVAILABLE   try again later
    ├── OverloadedError             503 OVERLOADED
    └── ProviderUnavailableError    503 PROVIDER_UNAVAILABLE  try another
        └── AllProvidersFailedError 503 PROVIDERS_FAILED

HTTP statuses live in `middleware/error_handler.py` alone; the numbers above are for orientation.
"""

from typing import ClassVar


class AppError(Exception):
    """Base of all errors that we raise on purpose.

    `context` is for the log. Only its keys named in `public` reach the client, as `details`.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    default_message: ClassVar[str] = "Something went wrong on our side."
    public: ClassVar[tuple[str, ...]] = ("retry_after",)

    def __init__(self, message: str | None = None, **context: object) -> None:
        super().__init__(message or self.default_message)
        self.context = context

    @property
    def message(self) -> str:
        """The sentence for the client."""
        return str(self.args[0])

    @property
    def details(self) -> dict[str, object]:
        """What the client may know besides the message."""
        return {key: self.context[key] for key in self.public if key in self.context}


def error_of(code: str | None) -> type[AppError]:
    """The class of errors with this code, for what went wrong in another process."""
    waiting: list[type[AppError]] = [AppError]
    while waiting:
        error = waiting.pop()
        if error.code == code:
            return error
        waiting += error.__subclasses__()
    return GenerationFailedError


class InvalidInputError(AppError, ValueError):
    """The request is well-formed but its content is not acceptable."""

    code = "VALIDATION_ERROR"
    default_message = "The input is not valid."
    public = ("fields",)


class ProofRefusedError(InvalidInputError):
    """What came by mail, or from a captcha, does not prove what it should, or no more."""

    code = "PROOF_REFUSED"
    default_message = "The token is not valid or has expired."


class AuthenticationError(AppError):
    """No token, or one that does not verify."""

    code = "AUTH_REQUIRED"
    default_message = "A valid access token is required."


class InvalidCredentialsError(AuthenticationError):
    """E-mail and password do not belong together, or there is no such account."""

    code = "INVALID_CREDENTIALS"
    default_message = "E-mail or password is wrong."


class PermissionDeniedError(AppError):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"
    default_message = "This is not allowed for your account."


class EmailNotConfirmedError(PermissionDeniedError):
    """The password is right, but the address was not confirmed yet."""

    code = "EMAIL_NOT_CONFIRMED"
    default_message = (
        "Please confirm your e-mail address first; the mail can be had again from"
        " POST /api/auth/resend-confirmation."
    )


class NotFoundError(AppError):
    """There is no such thing, or it belongs to somebody else: the answer is the same."""

    code = "RESOURCE_NOT_FOUND"
    default_message = "There is no such resource."


class ConflictError(AppError):
    """The present state does not allow the request."""

    code = "CONFLICT"
    default_message = "The request conflicts with the present state."


class EmailTakenError(ConflictError):
    """Another account has this e-mail address."""

    code = "EMAIL_TAKEN"
    default_message = "There is already an account with this e-mail address."


class UsernameTakenError(ConflictError):
    """Another account has this user name."""

    code = "USERNAME_TAKEN"
    default_message = "This user name is taken."


class GenerationFinishedError(ConflictError):
    """A finished generation never changes."""

    code = "GENERATION_FINISHED"
    default_message = "The generation has already ended."


class KeyInUseError(ConflictError):
    """The first request with this key of idempotency has not been answered yet."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    default_message = "A request with this Idempotency-Key is being worked on."


class KeyReusedError(InvalidInputError):
    """The key of idempotency came with another request before."""

    code = "IDEMPOTENCY_KEY_REUSED"
    default_message = "This Idempotency-Key was used for another request."


class KeyInvalidError(InvalidInputError):
    """What was sent as a key of idempotency cannot be one."""

    code = "IDEMPOTENCY_KEY_INVALID"
    default_message = "The Idempotency-Key must be 1 to 255 visible ASCII characters."


class GenerationCancelledError(AppError):
    """The generation was cancelled while this request waited for it."""

    code = "GENERATION_CANCELLED"
    default_message = "The generation was cancelled; it costs nothing."
    public = ("generation_id",)


class RateLimitExceededError(AppError):
    """The free generations of the window are used up."""

    code = "RATE_LIMIT_EXCEEDED"
    default_message = "No generations remaining."
    public: ClassVar[tuple[str, ...]] = ("retry_after", "limit", "remaining")


class TooManyRequestsError(RateLimitExceededError):
    """Too many requests from one address or account in a short time."""

    code = "TOO_MANY_REQUESTS"
    default_message = "Too many requests; please slow down."
    public = ("retry_after",)


class UpstreamError(AppError):
    """An outside service answered in a way that we cannot use."""

    code = "UPSTREAM_ERROR"
    default_message = "An outside service did not give a usable answer."


class ProviderRejectedError(UpstreamError):
    """The provider refused the request itself; another provider would refuse it too."""

    code = "PROVIDER_REJECTED"
    default_message = "The provider refused the request."


class GenerationFailedError(AppError):
    """The generation failed for good; its unit was given back."""

    code = "GENERATION_FAILED"
    default_message = "The generation failed; it costs nothing."
    public = ("generation_id",)


class UnavailableError(AppError):
    """Something that we need is down for the moment; `retry_after` is in seconds."""

    code = "SERVICE_UNAVAILABLE"
    default_message = "The service is not available for the moment."


class OverloadedError(UnavailableError):
    """A queue is full: better a quick no than a long wait."""

    code = "OVERLOADED"
    default_message = "The service is busy; please try again in a moment."


class ProviderUnavailableError(UnavailableError):
    """A provider is down, slow or talks nonsense; another one may do."""

    code = "PROVIDER_UNAVAILABLE"
    default_message = "The provider is not available."


class AllProvidersFailedError(ProviderUnavailableError):
    """No configured provider could answer."""

    code = "PROVIDERS_FAILED"
    default_message = "No provider could answer."
