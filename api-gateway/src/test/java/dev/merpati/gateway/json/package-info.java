@NullMarked
package dev.merpati.gateway.json;

import org.jspecify.annotations.NullMarked;
