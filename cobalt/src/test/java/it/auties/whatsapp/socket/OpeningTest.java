package it.auties.whatsapp.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.auties.whatsapp.model.signal.auth.HandshakeMessageSpec;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class OpeningTest {
    /** The prologue and the length, ahead of the first handshake message. */
    private static final int HEADER = 4 + 6;

    /** Forward secrecy: whoever learns the stored keys later cannot read what was recorded before. */
    @Test
    void eachConnectionHasAnEphemeralKeyOfItsOwn() {
        var first = new Engine();
        first.open();
        var second = new Engine(first.keys);
        second.open();

        assertThat(ephemeralKey(first)).isNotEqualTo(ephemeralKey(second));
    }

    private static byte[] ephemeralKey(Engine engine) {
        var message = engine.sent.getFirst();
        return HandshakeMessageSpec.decode(Arrays.copyOfRange(message, HEADER, message.length))
                .clientHello()
                .ephemeral();
    }

    /** A shutdown hook, or a registry of connections, would hold it until the JVM ends. */
    @Test
    void aConnectionThatIsForgottenCanBeCollected() {
        var handler = openAndForget();

        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return handler.refersTo(null);
        });
    }

    private static WeakReference<SocketHandler> openAndForget() {
        var engine = new Engine();
        engine.open();
        return new WeakReference<>(engine.handler);
    }
}
