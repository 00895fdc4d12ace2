package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.rule.Rule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rules as a person sees and switches them, and the list of clients that broke one. */
class RulesIT {
    private static final String NUMBER = "6281200000001";
    private static final String FRIEND = "6281200000002";

    private SimulatorFixture fixture;
    private ControlClient control;

    @BeforeEach
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST.withoutRules(Set.of()));
        control = fixture.control();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void everyRuleIsEnforcedAndExplained() {
        JsonNode rules = control.get("/sim/rules").json();
        assertThat(rules.size()).isEqualTo(Rule.values().length);
        for (JsonNode rule : rules) {
            assertThat(rule.get("enforced").booleanValue()).as(rule.toString()).isTrue();
            assertThat(rule.get("name").stringValue()).matches("[a-z]+(-[a-z]+)*");
            assertThat(rule.get("meaning").stringValue()).isNotBlank();
            assertThat(rule.get("remedy").stringValue()).isNotBlank();
        }
    }

    @Test
    void aRuleIsSwitchedOffAndComesBackWithAReset() {
        assertThat(control.put("/sim/rules/qr-address", Map.of("enforced", false))
                        .json()
                        .get("enforced")
                        .booleanValue())
                .isFalse();
        assertThat(isEnforced("qr-address")).isFalse();
        assertThat(isEnforced("client-payload")).isTrue();
        control.delete("/sim");
        assertThat(isEnforced("qr-address")).isTrue();
    }

    @Test
    void whatWasAlwaysRefusedCannotBeSwitchedOff() {
        assertThat(control.put("/sim/rules/well-formed", Map.of("enforced", false))
                        .status())
                .isEqualTo(400);
        assertThat(control.put("/sim/rules/nonsense", Map.of("enforced", false)).status())
                .isEqualTo(400);
        assertThat(control.put("/sim/rules/qr-address", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void aPhoneTellsItsKindAndRules() {
        JsonNode fresh = control.put("/sim/phones/" + NUMBER, Map.of()).json();
        assertThat(fresh.get("migrated").booleanValue()).isTrue();
        for (String trait : new String[] {"restricted", "passkey", "hosted", "offline"}) {
            assertThat(fresh.get(trait).booleanValue()).as(trait).isFalse();
        }
        assertThat(fresh.get("rules").size()).isZero();
        control.put("/sim/phones/" + NUMBER, Map.of("migrated", false, "rules", Map.of("qr-address", false)));
        control.put("/sim/phones/" + NUMBER, Map.of("hosted", true, "rules", Map.of("client-payload", true)));
        JsonNode changed = control.get("/sim/phones").json().get(0);
        assertThat(changed.get("migrated").booleanValue()).isFalse();
        assertThat(changed.get("hosted").booleanValue()).isTrue();
        assertThat(changed.get("rules").toString()).isEqualTo("{\"client-payload\":true,\"qr-address\":false}");
        assertThat(control.put("/sim/phones/" + NUMBER, Map.of("rules", Map.of("nonsense", false)))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusalsAreCountedAndListedWithWhatWouldHavePassed() {
        TestDevice device = fixture.linkedDevice(NUMBER);
        TestDevice other = fixture.linkedDevice(FRIEND);
        device.ask(removal(FRIEND + "@s.whatsapp.net"));
        other.ask(removal("nonsense"));
        JsonNode all = control.get("/sim/refusals").json();
        assertThat(all.get("counts").get("own-removal").longValue()).isEqualTo(2);
        JsonNode first = all.get("refusals").get(0);
        assertThat(first.get("number").stringValue()).isEqualTo(NUMBER);
        assertThat(first.get("device").intValue()).isEqualTo(1);
        assertThat(first.get("sent").stringValue()).contains("remove-companion-device");
        assertThat(first.get("remedy").stringValue()).isEqualTo(Rule.OWN_REMOVAL.remedy());
        assertThat(control.get("/sim/refusals?number=" + FRIEND)
                        .json()
                        .get("refusals")
                        .size())
                .isEqualTo(1);
        assertThat(control.get("/sim/refusals?rule=qr-address")
                        .json()
                        .get("refusals")
                        .size())
                .isZero();
        control.delete("/sim/refusals");
        assertThat(control.get("/sim/refusals").json().get("counts").size()).isZero();
    }

    private boolean isEnforced(String name) {
        return control.get("/sim/rules")
                .json()
                .valueStream()
                .filter(rule -> name.equals(rule.get("name").stringValue()))
                .findFirst()
                .orElseThrow()
                .get("enforced")
                .booleanValue();
    }

    private static Node removal(String jid) {
        return TestDevice.iq("set", "md", Node.of("remove-companion-device").with("jid", jid));
    }
}
