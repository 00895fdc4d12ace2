package dev.merpati.gateway.docs;

import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Serves the description, and what programs make of it. */
@RestController
class DescriptionController {
    private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=UTF-8");
    private static final int YAML_WIDTH = 120;

    private final ApiDescription description;
    private final PublicUrl url;
    private final JsonMapper mapper;

    DescriptionController(ApiDescription description, PublicUrl url, JsonMapper mapper) {
        this.description = description;
        this.url = url;
        this.mapper = mapper;
    }

    @GetMapping("/docs/openapi.json")
    ResponseEntity<ObjectNode> json(ServerHttpRequest request) {
        return answer(MediaType.APPLICATION_JSON).body(description.served(url.of(request)));
    }

    @GetMapping("/docs/openapi.yaml")
    ResponseEntity<String> yaml(ServerHttpRequest request) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(YAML_WIDTH);
        Map<String, Object> served =
                mapper.convertValue(description.served(url.of(request)), new TypeReference<Map<String, Object>>() {});
        return answer(YAML).body(new Yaml(options).dump(served));
    }

    @GetMapping("/docs/postman.json")
    ResponseEntity<ObjectNode> postman(ServerHttpRequest request) {
        return answer(MediaType.APPLICATION_JSON).body(PostmanCollection.of(description, url.of(request)));
    }

    /** Not kept by caches: it has the URL that it was asked for at. */
    private static ResponseEntity.BodyBuilder answer(MediaType type) {
        return ResponseEntity.ok().contentType(type).cacheControl(CacheControl.noCache());
    }
}
