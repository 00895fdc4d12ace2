package dev.merpati.simulator;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.phone.PhoneTraits;
import dev.merpati.simulator.rule.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A simulator, its control API and devices, for one test. */
final class SimulatorFixture implements AutoCloseable {
    /** Quick, and without the messages that follow a linking, which most tests would have to look past. */
    static final SimulatorOptions FAST = SimulatorOptions.defaults()
            .withControlPort(0)
            .withFirstNodeDelay(Duration.ofMillis(1))
            .withoutRules(Set.of(Rule.HISTORY_SYNC));

    /** New phones have accounts that are not migrated to hidden ids. */
    static final SimulatorOptions UNMIGRATED = FAST.withNewPhones(PhoneTraits.DEFAULT.withMigrated(false));

    private final Simulator simulator;
    private final ControlClient control;
    private final List<TestDevice> devices = new ArrayList<>();

    SimulatorFixture(SimulatorOptions options) throws IOException {
        simulator = Simulator.start(options);
        control = new ControlClient(simulator);
    }

    Simulator simulator() {
        return simulator;
    }

    ControlClient control() {
        return control;
    }

    TestDevice newDevice() {
        TestDevice device = new TestDevice(simulator.proxyPort(), TestTrust.only(simulator.caCertificate()));
        devices.add(device);
        return device;
    }

    /** A device that is linked to a number's phone and logged in. */
    TestDevice linkedDevice(String number) {
        TestDevice device = newDevice();
        link(device, number);
        device.login();
        return device;
    }

    /** A device that is linked to a phone whose account is not migrated to hidden ids, and logged in. */
    TestDevice unmigratedDevice(String number) {
        control.put("/sim/phones/" + number, Map.of("migrated", false));
        return linkedDevice(number);
    }

    void link(TestDevice device, String number) {
        String code = device.requestCodes().getFirst();
        control.put("/sim/phones/" + number, Map.of());
        CompletableFuture<ControlClient.Answer> scan = CompletableFuture.supplyAsync(
                () -> control.post("/sim/phones/" + number + "/scan", Map.of("qr", code)));
        device.finishPairing();
        ControlClient.Answer answer = scan.join();
        if (answer.status() != 200) {
            throw new AssertionError("Scan answered " + answer);
        }
    }

    @Override
    public void close() {
        devices.forEach(TestDevice::close);
        control.close();
        simulator.close();
    }
}
