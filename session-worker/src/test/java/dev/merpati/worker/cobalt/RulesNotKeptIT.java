package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.merpati.embedded.RulesNotKept;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.whatsapp.SendResult;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule leaves {@code rules-not-kept.txt} as soon as the worker keeps it. */
@ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals", always = false)
class RulesNotKeptIT {

    static List<String> listed() {
        return RulesNotKept.names();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("listed")
    void aListedRuleIsBrokenIndeed(String name) {
        Rule rule = Rule.ofWireName(name).orElseThrow();
        Set<Rule> others = Rule.ofWireNames(RulesNotKept.names()).stream()
                .filter(listed -> listed != rule)
                .collect(Collectors.toSet());
        try (World world = new World(options -> options.withoutRules(others))) {
            switch (rule) {
                case CLIENT_VERSION, CLIENT_PAYLOAD -> connect(world);
                case LINKING_VERSION -> scan(world);
                case CURRENT_IDENTITY -> write(world);
                default -> abort("nothing here provokes " + name);
            }
            await().atMost(World.TIMEOUT).until(() -> world.control.refusals(name) > 0);
        }
    }

    private static void connect(World world) {
        try (World.Session session = world.open(world.connector, World.newNumber(), null)) {
            session.listener().awaitClosed();
        }
    }

    private static void scan(World world) {
        String number = World.newNumber();
        world.control.addPhone(number);
        try (World.Session session = world.open(world.connector, number, null)) {
            String code = session.listener().awaitQrCode().text();
            assertThatThrownBy(() -> world.control.scan(number, code)).hasMessageContaining("pairing_refused");
        }
    }

    /** A message that is asked for again, one after the recipient has linked a device, and one to a new installation. */
    private static void write(World world) {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            world.control.fault("retry-receipt", session.number(), 1);
            SendResult _ = session.text(World.newMessageId(), to, "asked for again");
            try (World.Session _ = world.pair(world.connector, to)) {
                SendResult _ = session.text(World.newMessageId(), to, "not for all devices");
                world.control.reinstall(to);
                SendResult _ = session.text(World.newMessageId(), to, "to the keys of before");
            }
        }
    }
}
