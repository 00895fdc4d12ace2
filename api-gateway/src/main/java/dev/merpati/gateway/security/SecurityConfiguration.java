package dev.merpati.gateway.security;

import dev.merpati.gateway.auth.ConsoleIdentity;
import dev.merpati.gateway.error.ApiError;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import reactor.core.publisher.Mono;

/** Two kinds of requests: those of programs, which our own filters let in, and those of browsers. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    /** What may be seen without a login. Everything else may not. */
    private static final String[] PUBLIC = {
        "/",
        // Of the management port, which this chain guards too.
        "/actuator/**",
        "/api/**",
        "/assets/**",
        "/webjars/**",
        "/favicon.ico",
        "/robots.txt",
        "/docs/**",
        "/openapi.json",
        "/openapi.yaml",
        "/signup",
        "/login/**",
        "/forgot-password",
        "/reset-password",
        "/verify-email",
        "/mails"
    };

    @Bean
    @Order(1)
    SecurityWebFilterChain programs(ServerHttpSecurity http) {
        return bare(http)
                .securityMatcher(new ApiCalls())
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityWebFilterChain browsers(ServerHttpSecurity http, ConsoleSecurityContexts contexts) {
        return bare(http)
                .securityContextRepository(contexts)
                .csrf(csrf -> csrf.csrfTokenRepository(new CsrfTokens()).accessDeniedHandler(forged()))
                .authorizeExchange(exchanges ->
                        exchanges.pathMatchers(PUBLIC).permitAll().anyExchange().authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(new LoginEntryPoint()))
                .build();
    }

    /** Without what we do by ourselves: {@code SecurityHeadersFilter}, and the pages of the account. */
    private static ServerHttpSecurity bare(ServerHttpSecurity http) {
        return http.httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .headers(ServerHttpSecurity.HeaderSpec::disable);
    }

    private static ServerAccessDeniedHandler forged() {
        return (exchange, denied) -> Mono.error(() -> ApiError.of(
                        HttpStatus.FORBIDDEN,
                        "csrf_token_missing",
                        "The CSRF token is missing or not valid: reload the page and try again")
                .exception());
    }

    @Bean
    ConsoleIdentity consoleIdentity() {
        return new ConsoleIdentity() {
            @Override
            public Mono<String> tenantId() {
                return SignedIn.current().map(SignedIn::tenantId);
            }

            @Override
            public Mono<String> email() {
                return SignedIn.current().map(SignedIn::email);
            }
        };
    }
}
