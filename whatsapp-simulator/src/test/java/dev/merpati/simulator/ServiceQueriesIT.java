package dev.merpati.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.simulator.client.TestDevice;
import dev.merpati.simulator.node.Node;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No query of a current client stays without an answer that it can use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceQueriesIT {
    private SimulatorFixture fixture;
    private TestDevice device;

    @BeforeAll
    void start() throws Exception {
        fixture = new SimulatorFixture(SimulatorFixture.FAST);
        device = fixture.linkedDevice("6281200000001");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "set, urn:xmpp:whatsapp:dirty, clean",
        "set, urn:xmpp:whatsapp:push, config",
        "set, w:stats, add",
        "get, tos, request",
        "set, spam, spam_list",
        "get, bot, bot",
        "get, w:biz, business_profile",
        "set, w:qr, qr",
        "get, fbid:devices, users",
        "get, w:g2, participating",
        "set, passive, active",
        "get, blocklist, list",
        "get, abt, props",
        "get, privacy, privacy"
    })
    void isAnswered(String type, String xmlns, String child) {
        assertThat(device.ask(TestDevice.iq(type, xmlns, Node.of(child))).text("type"))
                .isEqualTo("result");
    }

    @ParameterizedTest
    @CsvSource({
        "get, w:biz:catalog, product_catalog",
        "set, w:biz, business_profile",
        "get, w:qr, qr",
        "get, newsletter, messages",
        "get, fb:thrift_iq, request"
    })
    void isAnsweredThatThereIsNone(String type, String xmlns, String child) {
        Node answer = device.ask(TestDevice.iq(type, xmlns, Node.of(child)));
        assertThat(answer.child("error").orElseThrow().text("code")).isEqualTo("404");
    }

    @Test
    void aPersonHasNoBusinessProfile() {
        Node answer = device.ask(TestDevice.iq("get", "w:biz", Node.of("business_profile")));
        assertThat(answer.child("business_profile").orElseThrow().children()).isEmpty();
    }
}
