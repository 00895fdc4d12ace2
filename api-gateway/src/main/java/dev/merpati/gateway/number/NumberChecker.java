package dev.merpati.gateway.number;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.Answer;
import dev.merpati.gateway.command.CommandBus;
import dev.merpati.gateway.command.CommandRequest;
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
class NumberChecker {
    private final CommandBus commands;
    private final NumberCheckQuota quota;
    private final ShardMap shardMap;
    private final GatewaySettings settings;

    NumberChecker(CommandBus commands, NumberCheckQuota quota, ShardMap shardMap, GatewaySettings settings) {
        this.commands = commands;
        this.quota = quota;
        this.shardMap = shardMap;
        this.settings = settings;
    }

    /**
     * Checks numbers; runs to its end even if the client leaves, since the numbers are charged once they are resolved.
     *
     * @param numbers distinct digits
     * @return the status of each that WhatsApp answered for in time
     */
    Mono<Map<String, NumberStatus>> check(TenantContext tenant, SessionRecord session, List<String> numbers) {
        return Uncancellable.of(quota.reserve(tenant, numbers.size())
                .flatMap(hold -> ask(tenant, session, numbers)
                        .flatMap(statuses ->
                                quota.settle(hold, resolved(statuses)).thenReturn(statuses))
                        .onErrorResume(failure ->
                                quota.settle(hold, 0).onErrorComplete().then(Mono.error(failure)))));
    }

    private Mono<Map<String, NumberStatus>> ask(TenantContext tenant, SessionRecord session, List<String> numbers) {
        CommandRequest request = new CommandRequest(
                shardMap.newCommandId(session.id()), tenant, session.id(), new Command.CheckNumbers(numbers));
        return commands.giveAndAwait(request, settings.numberCheckTimeout())
                .flatMap(reply -> statusesOf(reply.answer()));
    }

    private static Mono<Map<String, NumberStatus>> statusesOf(Answer answer) {
        return switch (answer) {
            case Answer.Ended(Outcome.NumbersChecked checked) -> Mono.just(checked.statuses());
            case Answer.Ended(Outcome.Failed failed) ->
                Mono.error(FailureErrors.of(failed, null).exception());
            case Answer.Ended other ->
                Mono.error(new IllegalStateException("a number check ended in " + other.outcome()));
            // Silence says nothing about any number, and costs nothing.
            case Answer.Pending pending -> Mono.just(Map.of());
            case Answer.Gone gone -> Mono.error(Errors.noSuchSession().exception());
        };
    }

    private static int resolved(Map<String, NumberStatus> statuses) {
        return (int) statuses.values().stream()
                .filter(status -> status != NumberStatus.UNKNOWN)
                .count();
    }
}
