package dev.merpati.gateway.number;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.merpati.model.number.NumberStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The answer to a number check, in the order and spelling of the request. */
record NumberCheckAnswer(boolean success, String message, Summary summary, List<Result> results) {

    record Summary(int total, long valid, long invalid, long unknown) {}

    record Result(
            String phoneNumber, @JsonProperty("isValid") boolean isValid, String status) {}

    static NumberCheckAnswer of(NumberCheckRequest request, Map<String, NumberStatus> statuses) {
        List<NumberStatus> inOrder = request.numbers().stream()
                .map(number -> statuses.getOrDefault(number.digits(), NumberStatus.UNKNOWN))
                .toList();
        List<Result> results = IntStream.range(0, inOrder.size())
                .mapToObj(i -> result(request.numbers().get(i), inOrder.get(i)))
                .toList();
        Summary summary = new Summary(
                inOrder.size(),
                count(inOrder, NumberStatus.VALID),
                count(inOrder, NumberStatus.INVALID),
                count(inOrder, NumberStatus.UNKNOWN));
        return new NumberCheckAnswer(true, "Number check completed", summary, results);
    }

    private static Result result(NumberCheckRequest.Entry number, NumberStatus status) {
        return new Result(
                number.spelling(), status == NumberStatus.VALID, status.name().toLowerCase(Locale.ROOT));
    }

    private static long count(List<NumberStatus> statuses, NumberStatus wanted) {
        return statuses.stream().filter(status -> status == wanted).count();
    }
}
