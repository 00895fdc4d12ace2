package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.serializer.SerializationException;

class SessionValuesTest {
    private final SessionValues values = new SessionValues();

    @Test
    void keepsTypes() {
        for (Object value : List.of(5L, 5, "5", "", "\u00e9")) {
            assertThat(values.deserialize(values.serialize(value))).isEqualTo(value);
        }
        assertThat(values.deserialize(new byte[0])).isNull();
    }

    @Test
    void takesNothingElse() {
        assertThatThrownBy(() -> values.serialize(List.of())).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> values.deserialize("\u00ac\u00ed".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(SerializationException.class);
    }
}
