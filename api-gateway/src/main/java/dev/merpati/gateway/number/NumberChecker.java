package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.model.command.Command;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.shard.ShardMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Asks WhatsApp about numbers, within the plan's monthly limit. */
@Component
public class NumberChecker {
    /** Silence, and an outcome that only a newer release knows, say nothing about any number and cost nothing. */
    private static final Outcome.NumbersChecked NOTHING = new Outcome.NumbersChecked(Map.of(), Map.of());

    private final PendingOutcomes outcomes;
    private final NumberCheckQuota quota;
    private final ShardMap shardMap;
    private final GatewaySettings.Timeouts timeouts;

    NumberChecker(
            PendingOutcomes outcomes, NumberCheckQuota quota, ShardMap shardMap, GatewaySettings.Timeouts timeouts) {
        this.outcomes = outcomes;
        this.quota = quota;
        this.shardMap = shardMap;
        this.timeouts = timeouts;
    }

    /**
     * Checks numbers; runs to its end even if the client leaves, since the numbers are charged once they are resolved.
     *
     * @param numbers distinct digits
     * @return what WhatsApp answered in time
     */
    public Mono<Outcome.NumbersChecked> check(TenantContext tenant, SessionRecord session, List<String> numbers) {
        return Uncancellable.of(quota.reserve(tenant, numbers.size())
                .flatMap(hold -> ask(tenant, session, numbers)
                        .flatMap(checked ->
                                quota.settle(hold, resolved(checked.statuses())).thenReturn(checked))
                        .onErrorResume(failure ->
                                quota.settle(hold, 0).onErrorComplete().then(Mono.error(failure)))));
    }

    private Mono<Outcome.NumbersChecked> ask(TenantContext tenant, SessionRecord session, List<String> numbers) {
        Submission request = new Submission(
                shardMap.newCommandId(session.id()), tenant, session.id(), new Command.CheckNumbers(numbers));
        return outcomes.submitAndAwait(request, timeouts.numberCheckTimeout())
                .flatMap(result -> checkedOf(result.progress()));
    }

    private static Mono<Outcome.NumbersChecked> checkedOf(SubmitResult.Progress progress) {
        return switch (progress) {
            case SubmitResult.Ended(Outcome.NumbersChecked checked) -> Mono.just(checked);
            case SubmitResult.Ended(Outcome.Failed failed) ->
                Mono.error(FailureErrors.of(failed, null).exception());
            case SubmitResult.Ended other -> Mono.just(NOTHING);
            case SubmitResult.Pending pending -> Mono.just(NOTHING);
            case SubmitResult.SessionDeleted deleted ->
                Mono.error(Errors.noSuchSession().exception());
        };
    }

    private static int resolved(Map<String, NumberStatus> statuses) {
        return (int) statuses.values().stream()
                .filter(status -> status != NumberStatus.UNKNOWN)
                .count();
    }
}
