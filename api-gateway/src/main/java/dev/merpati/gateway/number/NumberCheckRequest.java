package dev.merpati.gateway.number;

import dev.merpati.gateway.json.Allowed;
import dev.merpati.model.number.PhoneNumber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/number-checker} as it came; {@link NumberCheck} is what it asks for. */
record NumberCheckRequest(
        @Nullable String sessionId,

        @Allowed(PhoneNumber.ALLOWED) @Nullable List<@Nullable String> phoneNumbers) {

    /** Says nothing of the numbers. */
    @Override
    public String toString() {
        return "NumberCheckRequest[]";
    }
}
