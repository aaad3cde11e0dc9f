// Plays .glb and .vrma files with three.js and three-vrm, in a page that Python asks for numbers.
import { VRMLoaderPlugin } from "@pixiv/three-vrm";
import {
  VRMAnimationLoaderPlugin,
  createVRMAnimationClip,
} from "@pixiv/three-vrm-animation";
import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

const scene = new THREE.Scene();
let mixer, vrm;

function parse(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const loader = new GLTFLoader();
  loader.register((parser) => new VRMLoaderPlugin(parser));
  loader.register((parser) => new VRMAnimationLoaderPlugin(parser));
  return loader.parseAsync(bytes.buffer, "");
}

function play(root, clip) {
  scene.clear();
  scene.add(root);
  mixer = new THREE.AnimationMixer(root);
  const action = mixer.clipAction(clip);
  action.setLoop(THREE.LoopOnce);
  action.clampWhenFinished = true;
  action.play();
  return clip.duration;
}

function seek(time) {
  mixer.setTime(time);
  vrm?.update(0);
  scene.updateMatrixWorld(true);
}

// Play the animation of a .glb; returns its length in seconds and the names of its bones.
async function openGlb(base64) {
  const gltf = await parse(base64);
  vrm = undefined;
  const bones = [];
  gltf.scene.traverse((node) => node.isBone && bones.push(node.name));
  return { duration: play(gltf.scene, gltf.animations[0]), bones };
}

// Play a .vrma on a VRM model; returns its length in seconds and the bones that it moves.
async function openVrma(model, animation) {
  vrm = (await parse(model)).userData.vrm;
  const [motion] = (await parse(animation)).userData.vrmAnimations;
  const clip = createVRMAnimationClip(motion, vrm);
  return {
    duration: play(vrm.scene, clip),
    bones: [...motion.humanoidTracks.rotation.keys()],
  };
}

// World positions of nodes in metres, [times][names][3].
function positions(names, times) {
  const nodes = names.map((name) => scene.getObjectByName(name));
  return times.map((time) => {
    seek(time);
    return nodes.map((node) => node.getWorldPosition(new THREE.Vector3()).toArray());
  });
}

// World rotations and positions of a VRM's own bones at a time, by name.
function humanoid(names, times) {
  return times.map((time) => {
    seek(time);
    return names.map((name) => {
      const node = vrm.humanoid.getRawBoneNode(name);
      return {
        rotation: node.getWorldQuaternion(new THREE.Quaternion()).toArray(),
        position: node.getWorldPosition(new THREE.Vector3()).toArray(),
      };
    });
  });
}

// Positions of vertices of the skinned meshes as drawn, every `step`th.
function skin(time, step) {
  seek(time);
  const points = [];
  scene.traverse((mesh) => {
    if (!mesh.isSkinnedMesh) return;
    const count = mesh.geometry.attributes.position.count;
    for (let index = 0; index < count; index += step)
      points.push(mesh.getVertexPosition(index, new THREE.Vector3()).toArray());
  });
  return points;
}

// Draw the scene: `from` is the direction to the camera, `at` its target, `size` the height shown.
let renderer;
function draw(time, { from, at, size, width, height }) {
  renderer ??= new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  if (!renderer.domElement.parentNode) document.body.append(renderer.domElement);
  renderer.setSize(width, height);
  renderer.setClearColor("#f2f4f7");
  const target = new THREE.Vector3(...at);
  const camera = new THREE.PerspectiveCamera(25, width / height, 0.05, 50);
  const away = size / 2 / Math.tan((12.5 * Math.PI) / 180);
  camera.position.copy(target).addScaledVector(new THREE.Vector3(...from).normalize(), away);
  camera.lookAt(target);
  const lights = new THREE.Group();
  lights.add(new THREE.HemisphereLight("#ffffff", "#8a8f99", 1.6));
  const sun = new THREE.DirectionalLight("#ffffff", 2.2);
  sun.position.set(1.5, 3, 2.5);
  lights.add(sun);
  scene.add(lights);
  seek(time);
  renderer.render(scene, camera);
  scene.remove(lights);
}

window.player = { openGlb, openVrma, positions, humanoid, skin, draw };
