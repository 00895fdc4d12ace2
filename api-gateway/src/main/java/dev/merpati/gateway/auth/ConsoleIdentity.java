package dev.merpati.gateway.auth;

import reactor.core.publisher.Mono;

/** Tells who is logged in to the console, so that its pages can make the calls of the API without a key. */
public interface ConsoleIdentity {
    /** The key id of requests that come from the console; no API key has it. */
    String KEY_ID = "console";

    /** The e-mail address of the account that the current request's browser is logged in to; empty when it is not. */
    Mono<String> email();

    /** The id of the tenant whose account the current request's browser is logged in to; empty when it is not. */
    Mono<String> tenantId();
}
