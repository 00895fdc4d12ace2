package dev.merpati.gateway.number;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

class NumberCheckIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private UUID session = new UUID(0, 0);

    @BeforeEach
    void forgetWhatWasUsed() {
        gateway.worker()
                .redis()
                .keys(RedisKeys.tenantTag("small") + "*")
                .forEach(key -> gateway.worker().redis().del(key));
        session = gateway.connectedSession(gateway.small);
    }

    @Test
    void keepsTheOrderAndTheSpellingAndAsksForEachNumberOnce() {
        gateway.worker()
                .on(envelope -> Optional.of(new Outcome.NumbersChecked(
                        Map.of(
                                "6281234567890", NumberStatus.VALID,
                                "6289876543210", NumberStatus.INVALID,
                                "6285551234567", NumberStatus.UNKNOWN),
                        Map.of("6281234567890", "62812"))));

        expect(check("'+62 812-3456-7890','6289876543210','6281234567890','6285551234567'"), 200, """
                {'success':true,'message':'Number check completed',
                 'summary':{'total':4,'valid':2,'invalid':1,'unknown':1},
                 'results':[
                  {'phoneNumber':'+62 812-3456-7890','isValid':true,'status':'valid','whatsappNumber':'62812'},
                  {'phoneNumber':'6289876543210','isValid':false,'status':'invalid'},
                  {'phoneNumber':'6281234567890','isValid':true,'status':'valid','whatsappNumber':'62812'},
                  {'phoneNumber':'6285551234567','isValid':false,'status':'unknown'}]}""");

        assertThat(gateway.worker().received(Command.CheckNumbers.class))
                .singleElement()
                .extracting(envelope -> ((Command.CheckNumbers) envelope.command()).phoneNumbers())
                .isEqualTo(List.of("6281234567890", "6289876543210", "6285551234567"));
        assertThat(used())
                .as("the unknown one is free, the repeated one counts once")
                .isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'phoneNumbers':['6281234567890']}",
                "{'sessionId':'x'}",
                "{'sessionId':'x','phoneNumbers':[]}",
                "{'sessionId':'x','phoneNumbers':null}"
            })
    void wantsASessionAndNumbers(String body) {
        expect(post(body), 400, """
                {'success':false,'error':'Bad Request','code':'missing_fields',
                 'message':'Session ID and phone numbers are required'}""");
    }

    @Test
    void namesTheFirstNumberThatIsNone() {
        expect(check("'6281234567890','123','456'"), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','field':'phoneNumbers[1]','index':1,
                 'found':'123','allowed':'a phone number of 8 to 15 digits with country code',
                 'message':'phoneNumbers[1] must be a phone number of 8 to 15 digits with country code, but is 123'}""");
        expect(check("6281234567890"), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','field':'phoneNumbers[0]','index':0,
                 'found':'a number','allowed':'a phone number of 8 to 15 digits with country code',
                 'message':'phoneNumbers[0] must be a phone number of 8 to 15 digits with country code, but is a number'}""");
    }

    @Test
    void takesAHundredNumbersAndNotOneMore() {
        UUID big = gateway.connectedSession(gateway.acme);

        body(postAs(gateway.acme, bodyOf(big, numbers(100))), 200);
        expect(postAs(gateway.acme, bodyOf(big, numbers(101))), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','field':'phoneNumbers',
                 'found':'an array of 101','allowed':'an array of 1 to 100 phone numbers',
                 'message':'phoneNumbers must be an array of 1 to 100 phone numbers, but is an array of 101'}""");
    }

    @Test
    void wantsASessionOfTheCallersOwnThatIsConnected() {
        expect(postAs(gateway.acme, bodyOf(session, numbers(1))), 403, """
                {'success':false,'error':'Forbidden','code':'forbidden',
                 'message':'This session belongs to another account: use one of your own'}""");
        expect(post("{'sessionId':'abc-123','phoneNumbers':['6281234567890']}"), 404, """
                {'success':false,'error':'Not Found','code':'session_not_found',
                 'message':'No such session: check the session id'}""");
        expect(post(bodyOf(gateway.newSession(gateway.small), numbers(1))), 409, """
                {'success':false,'error':'Session Not Connected','code':'session_not_connected',
                 'message':'The session is not connected to WhatsApp: scan its QR code, or reconnect it'}""");
    }

    @Test
    void endsAtThePlansLimitAsTheGuideSays() {
        body(check(numbers(7)), 200);

        post(bodyOf(session, numbers(4)))
                .exchange()
                .expectHeader()
                .value(
                        "Retry-After",
                        seconds -> assertThat(Long.parseLong(seconds)).isPositive());
        expect(check(numbers(4)), 429, """
                {'success':false,'error':'Number check limit reached','limit':10,'used':7,'remaining':3,
                 'message':'You have reached your number check limit. Please upgrade your plan.',
                 'code':'number_check_limit_reached'}""");
        body(check(numbers(3)), 200);
        expect(check(numbers(1)), 429, """
                {'success':false,'error':'Number check limit reached','limit':10,'used':10,'remaining':0,
                 'message':'You have reached your number check limit. Please upgrade your plan.',
                 'code':'number_check_limit_reached'}""");
    }

    @Test
    void neverChargesMoreThanTheLimitHoweverManyAskAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            List<Future<Integer>> answers = IntStream.range(0, 16)
                    .mapToObj(i -> clients.submit(() -> check(numbers(3))
                            .exchange()
                            .expectBody(byte[].class)
                            .returnResult()
                            .getStatus()
                            .value()))
                    .toList();
            int accepted = 0;
            for (Future<Integer> answer : answers) {
                accepted += answer.get() == 200 ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(3);
            assertThat(used()).isEqualTo("9");
        }
    }

    @Test
    void chargesNothingForACheckThatFailed() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.SESSION_BUSY, "")));
        body(check(numbers(10)), 429);
        gateway.worker().reset();

        body(check(numbers(10)), 200);
    }

    @Test
    void callsNumbersUnknownThatNobodyAnsweredForAndChargesNothing() {
        gateway.worker().on(envelope -> Optional.empty());

        expect(check("'6281234567890'"), 200, """
                {'success':true,'message':'Number check completed',
                 'summary':{'total':1,'valid':0,'invalid':0,'unknown':1},
                 'results':[{'phoneNumber':'6281234567890','isValid':false,'status':'unknown'}]}""");

        gateway.worker().reset();
        body(check(numbers(10)), 200);
    }

    private static String numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "'62812000" + (1000 + i) + "'")
                .collect(Collectors.joining(","));
    }

    private String used() {
        return gateway.worker().redis().keys(RedisKeys.tenantTag("small") + "number-checks:*").stream()
                .filter(key -> !key.endsWith(":holds"))
                .map(key -> gateway.worker().redis().get(key))
                .collect(Collectors.joining());
    }

    private WebTestClient.RequestHeadersSpec<?> check(String numbers) {
        return post(bodyOf(session, numbers));
    }

    private static String bodyOf(UUID sessionId, String numbers) {
        return "{'sessionId':'" + sessionId + "','phoneNumbers':[" + numbers + "]}";
    }

    private WebTestClient.RequestHeadersSpec<?> post(String body) {
        return postAs(gateway.small, body);
    }

    private WebTestClient.RequestHeadersSpec<?> postAs(GatewayHarness.Tenant tenant, String body) {
        return gateway.as(tenant)
                .post()
                .uri("/api/number-checker")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.replace('\'', '"'));
    }
}
