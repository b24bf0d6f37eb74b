package io.weir.daemon.admin;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON Schemas of the API's records. Any thread. */
final class OpenApiSchemas {
    private OpenApiSchemas() {
    }

    static Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return Map.of("type", "array", "items", of(list.getActualTypeArguments()[0]));
        }
        if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            return of(optional.getActualTypeArguments()[0]);
        }
        if (type == double.class) {
            return Map.of("type", "number");
        }
        if (type == int.class || type == long.class || type == Integer.class) {
            return Map.of("type", "integer");
        }
        if (type == boolean.class) {
            return Map.of("type", "boolean");
        }
        return type instanceof Class<?> record && record.isRecord() ? ofRecord(record) : Map.of("type", "string");
    }

    private static Map<String, Object> ofRecord(Class<?> record) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            properties.put(component.getName(), of(component.getGenericType()));
        }
        return Map.of("type", "object", "properties", properties);
    }
}
