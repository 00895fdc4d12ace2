package dev.merpati.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.testlogging.ExpectErrors;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import reactor.core.Exceptions;

@ExpectErrors(logger = "dev.merpati.gateway.error")
class ErrorTranslationTest {

    /** As Redis 6.2 answers to a script that writes, and to a command. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            503 | ERR Error running script (call to f_a1): @user_script:3: @user_script: 3: -READONLY You can't write against a read only replica.
            503 | ERR Error running script (call to f_a1): @user_script:3: @user_script: 3: -NOREPLICAS Not enough good replicas to write.
            503 | READONLY You can't write against a read only replica.
            503 | LOADING Redis is loading the dataset in memory
            503 | CLUSTERDOWN Hash slot not served
            500 | ERR Error running script (call to f_a1): @user_script:3: attempt to compare nil with number
            500 | WRONGTYPE Operation against a key holding the wrong kind of value
            """)
    void aRedisThatTakesNoWritesIsAwayAndAScriptThatFailsIsADefect(int status, String answer) {
        RedisSystemException failure =
                new RedisSystemException("Error in execution", new RedisCommandExecutionException(answer));

        assertThat(ErrorTranslation.translate(
                                failure, MockServerHttpRequest.get("/").build(), false)
                        .status()
                        .value())
                .isEqualTo(status);
    }

    /** As a form that breaks off in its file, when both readers are told at the same time. */
    @Test
    void whatFailedTwiceIsToldAsTheFirst() {
        ApiException broken =
                Errors.badRequest("malformed_request", "The form breaks off").exception();

        ApiError told = ErrorTranslation.translate(
                Exceptions.multiple(broken, broken),
                MockServerHttpRequest.post("/").build(),
                false);

        assertThat(told.code()).isEqualTo("malformed_request");
    }

    @Test
    void whatFailsBecauseItsClientIsGoneIsNoDefect() {
        RuntimeException failure = new IllegalStateException("the channel is closed");
        MockServerHttpRequest request = MockServerHttpRequest.get("/").build();

        assertThat(ErrorTranslation.translate(failure, request, true).status().value())
                .isEqualTo(400);
        assertThat(ErrorTranslation.translate(failure, request, false).status().value())
                .isEqualTo(500);
    }
}
