package dev.merpati.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresThatPassTest {

    /** A client that is told to come again must not be given the old failure then. */
    @ParameterizedTest
    @EnumSource
    void aCommandMayBeginAnewJustWhenItsClientIsToldToComeAgain(FailureCode code) {
        ApiError error =
                FailureErrors.of(Outcome.Failed.of(code, ""), null).exception().error();

        assertThat(CommandStore.MAY_BEGIN_ANEW.contains(code))
                .isEqualTo(error.retryAfter() != null || error.status().value() == 409);
    }
}
