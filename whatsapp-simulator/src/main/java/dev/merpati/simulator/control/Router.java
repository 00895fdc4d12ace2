package dev.merpati.simulator.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Finds the route of a call. Routes are added before the first call; then it is thread-safe. */
final class Router {
    /** Answers on any thread; a call that blocks would stop all others. */
    interface Handler extends Function<Request, CompletableFuture<Response>> {}

    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, List<String> path, Handler handler) {
        boolean matches(List<String> segments) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!isParameter(path.get(i)) && !path.get(i).equals(segments.get(i))) {
                    return false;
                }
            }
            return true;
        }

        Map<String, String> parameters(List<String> segments) {
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < path.size(); i++) {
                if (isParameter(path.get(i))) {
                    parameters.put(path.get(i).substring(1, path.get(i).length() - 1), segments.get(i));
                }
            }
            return parameters;
        }

        private static boolean isParameter(String segment) {
            return segment.startsWith("{");
        }
    }

    /** @param path segments in braces match anything and become parameters */
    Router on(String method, String path, Handler handler) {
        routes.add(new Route(method, segments(path), handler));
        return this;
    }

    /** Adds a route that answers at once. */
    Router now(String method, String path, Function<Request, Response> handler) {
        return on(method, path, request -> CompletableFuture.completedFuture(handler.apply(request)));
    }

    /** @throws ApiException if there is no such route, or whatever the route throws */
    CompletableFuture<Response> route(
            String method, String path, Map<String, String> query, String contentType, byte[] body) {
        List<String> segments = segments(path);
        Set<String> others = new TreeSet<>();
        for (Route route : routes) {
            if (route.matches(segments)) {
                if (route.method().equals(method)) {
                    return route.handler().apply(new Request(route.parameters(segments), query, contentType, body));
                }
                others.add(route.method());
            }
        }
        if (others.isEmpty()) {
            throw new ApiException(404, "no_such_call", "path: found " + path + ", see the README for what there is");
        }
        throw new ApiException(405, "wrong_method", "method: found " + method + ", allowed " + others);
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
