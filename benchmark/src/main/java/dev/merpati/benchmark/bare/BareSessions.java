package dev.merpati.benchmark.bare;

import dev.merpati.benchmark.text.TextSender;
import dev.merpati.cluster.SimulatorClient;
import java.util.Map;

/** Sessions of one of the two Cobalts. */
interface BareSessions extends TextSender, AutoCloseable {
    /** Links a session to its phone and returns when it can send. Sessions are numbered in the order of the calls. */
    void pair(String number) throws Exception;

    @Override
    void close();

    /** Lets a phone scan the text of a QR code. */
    static void scan(SimulatorClient simulator, String number, String qrCode) {
        simulator.post("/sim/phones/" + number + "/scan", Map.of("qr", qrCode)).expect(200);
    }
}
