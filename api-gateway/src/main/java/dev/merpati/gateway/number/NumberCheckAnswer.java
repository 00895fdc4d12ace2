package dev.merpati.gateway.number;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The answer to a number check, in the order and spelling of the request. */
record NumberCheckAnswer(boolean success, String message, Summary summary, List<Result> results) {

    record Summary(int total, long valid, long invalid, long unknown) {}

    /** @param whatsappNumber the address that WhatsApp names for a valid number; left out when it names none */
    record Result(
            String phoneNumber,
            @JsonProperty("isValid") boolean isValid,
            String status,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String whatsappNumber) {}

    static NumberCheckAnswer of(NumberCheck request, Outcome.NumbersChecked checked) {
        List<NumberStatus> inOrder = request.numbers().stream()
                .map(number -> checked.statuses().getOrDefault(number.digits(), NumberStatus.UNKNOWN))
                .toList();
        List<Result> results = IntStream.range(0, inOrder.size())
                .mapToObj(i -> result(request.numbers().get(i), inOrder.get(i), checked.whatsappNumbers()))
                .toList();
        Summary summary = new Summary(
                inOrder.size(),
                count(inOrder, NumberStatus.VALID),
                count(inOrder, NumberStatus.INVALID),
                count(inOrder, NumberStatus.UNKNOWN));
        return new NumberCheckAnswer(true, "Number check completed", summary, results);
    }

    private static Result result(NumberCheck.Entry number, NumberStatus status, Map<String, String> whatsappNumbers) {
        boolean valid = status == NumberStatus.VALID;
        return new Result(
                number.spelling(),
                valid,
                status.name().toLowerCase(Locale.ROOT),
                valid ? whatsappNumbers.get(number.digits()) : null);
    }

    private static long count(List<NumberStatus> statuses, NumberStatus wanted) {
        return statuses.stream().filter(status -> status == wanted).count();
    }
}
