package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.Json;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_795_820_000);
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final SecretBox box = new SecretBox(TestWebhooks.KEY);

    private record Vector(String secret, String id, long timestamp, String body, String signature) {}

    /** Made by another implementation: see {@code signature-vectors.mjs} beside the file. */
    @Test
    void signsAsTheNpmPackageOfStandardWebhooksDoes() throws IOException {
        Vector[] vectors;
        try (InputStream file = SignaturesTest.class.getResourceAsStream("/webhook/signature-vectors.json")) {
            vectors = Json.MAPPER.readValue(Objects.requireNonNull(file), Vector[].class);
        }

        assertThat(vectors).hasSize(6).allSatisfy(vector -> {
            String signature = signatures(secret(vector.secret(), null))
                    .sign(
                            vector.id(),
                            Instant.ofEpochSecond(vector.timestamp()),
                            vector.body().getBytes(StandardCharsets.UTF_8));

            assertThat(signature).isEqualTo(vector.signature());
            assertThat("v1,"
                            + TestWebhooks.signature(
                                    vector.secret(), vector.id(), Long.toString(vector.timestamp()), vector.body()))
                    .as("the implementation that verifies in other tests")
                    .isEqualTo(vector.signature());
        });
    }

    @Test
    void signsWithBothSecretsUntilTheOldOneEnds() {
        String old = TestWebhooks.newSecret();
        Signatures both = signatures(secret(TestWebhooks.SECRET, null), secret(old, NOW.plusSeconds(60)));
        String withNew = signatures(secret(TestWebhooks.SECRET, null)).sign("id", NOW, BODY);
        String withOld = signatures(secret(old, null)).sign("id", NOW, BODY);

        assertThat(both.sign("id", NOW, BODY)).isEqualTo(withNew + " " + withOld);
        assertThat(both.sign("id", NOW.plusSeconds(60), BODY))
                .doesNotContain(" ")
                .startsWith("v1,");
    }

    @Test
    void refusesASecretOfAnotherWebhookWithoutSayingIt() {
        Webhook.Secret foreign = new Webhook.Secret(box.seal("other", "wh", TestWebhooks.SECRET), null);

        assertThatThrownBy(() -> signatures(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(TestWebhooks.SECRET);
        assertThatThrownBy(() -> signatures()).hasMessage("the webhook has no secret that signs");
    }

    private Webhook.Secret secret(String secret, @org.jspecify.annotations.Nullable Instant until) {
        return new Webhook.Secret(box.seal("t", "wh", secret), until);
    }

    private Signatures signatures(Webhook.Secret... secrets) {
        Webhook webhook = TestWebhooks.webhook("https://example.com/").withSecrets(List.of(secrets));
        return Signatures.of(
                box,
                "t",
                new Webhook(
                        "wh",
                        webhook.url(),
                        webhook.types(),
                        webhook.sessionIds(),
                        null,
                        webhook.headers(),
                        webhook.secrets(),
                        webhook.createdAt(),
                        true,
                        null));
    }
}
