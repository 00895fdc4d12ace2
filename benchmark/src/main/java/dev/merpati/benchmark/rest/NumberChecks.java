package dev.merpati.benchmark.rest;

import dev.merpati.benchmark.load.Call;
import dev.merpati.benchmark.text.NumberRange;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.PairedSession;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Checks so many numbers per call, none of them twice. */
final class NumberChecks implements Call {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final GatewayClient gateway;
    private final List<PairedSession> sessions;
    private final int perCall;

    NumberChecks(Product product, int perCall) {
        this.gateway = product.gateway();
        this.sessions = product.sessions();
        this.perCall = perCall;
    }

    @Override
    public void perform(int session) {
        int first = NUMBERS.getAndAdd(perCall);
        var numbers = IntStream.range(first, first + perCall)
                .mapToObj(NumberRange.CHECKED::number)
                .toList();
        var answer = gateway.check(sessions.get(session).id(), numbers).expect(200);
        long valid = answer.json().required("results").values().stream()
                .filter(result -> result.required("status").asString().equals("valid"))
                .count();
        if (valid != perCall) {
            throw new IllegalStateException(
                    "found " + valid + " valid numbers, expected " + perCall + ": " + answer.bodyText());
        }
    }
}
