package dev.merpati.gateway.operator;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The operator's credential.
 *
 * @param operatorKey what the header {@code X-Operator-Key} has to carry; without it there is no operator API
 */
@Validated
@ConfigurationProperties("merpati")
record OperatorSettings(@Nullable @Size(min = 32, max = 512) String operatorKey) {
    @Override
    public String toString() {
        return "OperatorSettings[operatorKey=" + (operatorKey == null ? "none" : "set") + "]";
    }
}
