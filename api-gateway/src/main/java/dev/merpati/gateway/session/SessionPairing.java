package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Links phones to sessions by codes that are typed in, and with the passkeys of accounts. */
@Component
public class SessionPairing {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final PendingOutcomes outcomes;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;

    SessionPairing(PendingOutcomes outcomes, ShardMap shardMap, GatewaySettings.Timeouts timeouts) {
        this.outcomes = outcomes;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
    }

    /** Has the session's worker ask WhatsApp for a code; an error when there is none. */
    public Mono<Outcome.PairingCode> requestCode(
            TenantContext tenant, SessionRecord session, Command.RequestPairingCode request) {
        if (session.status() == SessionStatus.CONNECTED) {
            return Mono.error(FailureErrors.alreadyConnected().exception());
        }
        return run(tenant, session, request)
                .flatMap(outcome ->
                        outcome instanceof Outcome.PairingCode code ? Mono.just(code) : Mono.error(unexpected()));
    }

    /** Has the session's worker hand a passkey's signature to WhatsApp; an error when WhatsApp does not take it. */
    public Mono<Void> answerPasskey(TenantContext tenant, SessionRecord session, Command.AnswerPasskey answer) {
        return run(tenant, session, answer).then();
    }

    private Mono<Outcome> run(TenantContext tenant, SessionRecord session, Command command) {
        Submission submission = new Submission(shardMap.newCommandId(session.id()), tenant, session.id(), command);
        return outcomes.submitAndAwait(submission, timeouts.sendTimeout())
                .flatMap(result -> switch (result.progress()) {
                    case SubmitResult.Ended(Outcome.Failed failed) ->
                        Mono.error(FailureErrors.of(failed, null).exception());
                    case SubmitResult.Ended(Outcome outcome) -> Mono.just(outcome);
                    case SubmitResult.SessionDeleted deleted ->
                        Mono.error(Errors.noSuchSession().exception());
                    case SubmitResult.Pending pending -> Mono.error(notReady().exception());
                });
    }

    private static RuntimeException unexpected() {
        return FailureErrors.of(Outcome.Failed.of(FailureCode.UNKNOWN, "another outcome than a code"), null)
                .exception();
    }

    private static ApiError notReady() {
        return ApiError.of(
                        HttpStatus.SERVICE_UNAVAILABLE, "pairing_not_ready", "WhatsApp has not answered yet: try again")
                .retryAfter(RETRY);
    }
}
