package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two tenants on one installation. */
@ExtendWith(ProductExtension.class)
class TenantsIT {
    private final Product product;

    TenantsIT(Product product) {
        this.product = product;
    }

    @Test
    void keepsATenantAwayFromTheSessionsOfAnother() {
        GatewayClient stranger = product.otherTenant();
        String phone = Product.newNumber();
        String customer = Product.newNumber();
        String session = product.api().connectedSession(product.simulator(), phone);
        String message = product.api().sent(session, customer, "mine");

        assertThat(List.of(
                        stranger.get("/api/sessions/" + session),
                        stranger.get("/api/sessions/" + session + "/qr"),
                        stranger.post("/api/sessions/" + session + "/reconnect", Map.of()),
                        stranger.delete("/api/sessions/" + session),
                        stranger.send(session, customer, "yours"),
                        stranger.sendMedia(
                                session, Map.of("to", customer), "a.pdf", new byte[] {'%', 'P', 'D', 'F', '-'}),
                        stranger.check(session, List.of(customer)),
                        stranger.get("/api/messages/" + message)))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).as("%s", answer).isEqualTo(403);
                    assertThat(answer.text("error")).isEqualTo("Forbidden");
                });
        assertThat(product.api().status(session)).isEqualTo("connected");
        assertThat(product.simulator().messages(customer)).hasSize(1);
    }

    @Test
    void holdsATenantToItsPlan() {
        GatewayClient small = product.otherTenant();
        String first = small.connectedSession(product.simulator(), Product.newNumber());
        String second = small.createSession();

        Answer third = small.post("/api/sessions", Map.of("sessionName", "one too many"));
        assertThat(third.status()).as("%s", third).isEqualTo(429);
        assertThat(third.text("error")).isEqualTo("Session limit reached");
        assertThat(third.json().required("remaining").asInt()).isZero();

        assertThat(small.check(first, List.of("6281111111", "6281111112", "6281111113"))
                        .status())
                .isEqualTo(200);
        Answer overLimit = small.check(first, List.of("6281111111", "6281111112", "6281111113"));
        assertThat(overLimit.status()).as("%s", overLimit).isEqualTo(429);
        assertThat(overLimit.text("error")).isEqualTo("Number check limit reached");
        assertThat(overLimit.json().required("used").asInt()).isEqualTo(3);
        assertThat(small.check(first, List.of("6281111111", "6281111112")).status())
                .isEqualTo(200);

        assertThat(small.delete("/api/sessions/" + first).status()).isEqualTo(200);
        assertThat(small.delete("/api/sessions/" + second).status()).isEqualTo(200);
        String again = small.createSession();
        assertThat(small.delete("/api/sessions/" + again).status()).isEqualTo(200);
    }
}
