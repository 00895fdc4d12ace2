package dev.merpati.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates sessions and pairs them with phones of their own, many at a time. */
final class Pairing {
    private static final long FIRST_NUMBER = 6_281_100_000_001L;
    /** More would only wait for the workers, which open connections at a limited pace, or let codes expire. */
    private static final int AT_ONCE = 16;

    private final AtomicInteger numbers = new AtomicInteger();

    String newNumber() {
        while (true) {
            String number = String.valueOf(FIRST_NUMBER + numbers.getAndIncrement());
            // The simulator takes these for numbers that are not on WhatsApp.
            if (!number.endsWith("0000")) {
                return number;
            }
        }
    }

    List<PairedSession> pair(List<GatewayClient> gateways, SimulatorClient simulator, int count) {
        List<Future<PairedSession>> paired = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            for (int i = 0; i < count; i++) {
                GatewayClient gateway = gateways.get(i % gateways.size());
                String phone = newNumber();
                paired.add(threads.submit(() -> new PairedSession(gateway.connectedSession(simulator, phone), phone)));
            }
        }
        return paired.stream().map(Pairing::result).toList();
    }

    private static PairedSession result(Future<PairedSession> paired) {
        try {
            return paired.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a session could not be paired: " + e.getCause(), e);
        }
    }
}
